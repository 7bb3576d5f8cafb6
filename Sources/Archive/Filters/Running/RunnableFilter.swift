public import Documents

/// A version of a filter, compiled.
public struct RunnableFilter: Sendable {
    /// SkyPortal's number of the filter; 0 where it is not saved.
    public let filterID: Int64
    /// SkyPortal's number of its group; 0 where it is not saved.
    public let groupID: Int64
    /// The version's name; empty where it is not saved.
    public let fid: String
    /// The collection of alerts that it looks at.
    public let catalog: String
    /// The programs whose alerts it may see, ascending.
    public let permissions: [Int64]
    /// Its stages, compiled.
    public let pipeline: RunnablePipeline

    /// Its own stages, without the system's.
    public var stages: [Document] { pipeline.stages }
    /// How it can be run.
    public var way: RunnablePipeline.Way { pipeline.way }

    /// - Throws: `RequestError` where the version's stages cannot be read, or are not for filters.
    public init(_ filter: Filter, version: FilterVersion) throws(RequestError) {
        let stages: [Document]
        do { stages = try FilterPipeline(version).stages } catch {
            throw RequestError(nil, "filter version \(version.fid): \(error.reason)")
        }
        self.init(
            filterID: filter.filterID ?? 0, groupID: filter.document.int64(at: "group_id") ?? 0,
            fid: version.fid, catalog: filter.catalog, permissions: filter.permissions, stages: stages)
    }

    /// A pipeline that is not saved.
    /// - Parameters:
    ///   - pipeline: an array of stages, with type wrappers as they were sent, or a text of one.
    ///   - permissions: the programs whose alerts it may see.
    ///   - catalog: the collection of alerts that it looks at.
    /// - Throws: `RequestError` where it is no pipeline of a filter.
    public init(pipeline: Value, permissions: [Int64], catalog: String) throws(RequestError) {
        let stages: [Document]
        do { stages = try FilterPipeline(pipeline).stages } catch {
            throw .invalid("FilterVersion", error.reason, type: error.type)
        }
        self.init(
            filterID: 0, groupID: 0, fid: "", catalog: catalog, permissions: permissions, stages: stages)
    }

    private init(
        filterID: Int64, groupID: Int64, fid: String, catalog: String, permissions: [Int64],
        stages: [Document]
    ) {
        self.filterID = filterID
        self.groupID = groupID
        self.fid = fid
        self.catalog = catalog
        self.permissions = Array(Set(permissions)).sorted()
        pipeline = RunnablePipeline(stages)
    }
}
