import Documents

/// JSON from outside: what is accepted becomes sound BSON, and canonical text keeps all of it.
enum ExtendedJSONFuzz {
    /// Reads a text in every way there is.
    static func test(_ text: [UInt8]) {
        if let document = read(text, .recognised) {
            let canonical = ExtendedJSON.bytes(of: document, mode: .canonical)
            if let again = reread(canonical, .recognised) {
                claim(again.bytes == document.bytes, "canonical text means the document that it was made of")
            }
            let relaxed = ExtendedJSON.bytes(of: document)
            if let again = reread(relaxed, .recognised) {
                claim(
                    ExtendedJSON.bytes(of: again) == relaxed, "relaxed text is the same when it is read again"
                )
            }
        }
        if let document = read(text, .literal) {
            _ = reread(ExtendedJSON.bytes(of: document, mode: .canonical), .literal)
            _ = reread(ExtendedJSON.bytes(of: document), .literal)
        }
        readValue(text)
    }

    /// The document that a text means, which must be sound; nil where it is refused.
    private static func read(_ text: [UInt8], _ wrappers: ExtendedJSON.Wrappers) -> Document? {
        do throws(JSONError) {
            let document = try ExtendedJSON.document(from: text, wrappers: wrappers)
            claim(Document.isSound(document.bytes), "what is accepted is sound BSON")
            return document
        } catch {
            claim(
                !error.description.isEmpty && error.line > 0 && error.column > 0, "an error says where it is")
            return nil
        }
    }

    /// The document that a text of our own means, which is no fault; nil where it is too deep, because type
    /// wrappers are objects, too.
    private static func reread(_ text: [UInt8], _ wrappers: ExtendedJSON.Wrappers) -> Document? {
        do throws(JSONError) {
            return try ExtendedJSON.document(from: text, wrappers: wrappers)
        } catch {
            claim(error.kind == .depth, "what is written can be read: \(error)")
            return nil
        }
    }

    /// The same for texts that are no objects.
    private static func readValue(_ text: [UInt8]) {
        do throws(JSONError) {
            let value = try ExtendedJSON.value(from: text)
            var canonical: [UInt8] = []
            ExtendedJSON.append(value, to: &canonical, mode: .canonical)
            do throws(JSONError) {
                let again = try ExtendedJSON.value(from: canonical)
                claim(element(again) == element(value), "canonical text means the value that it was made of")
            } catch {
                claim(error.kind == .depth, "what is written can be read: \(error)")
            }
        } catch {
            claim(!error.description.isEmpty, "an error has a description")
        }
    }

    /// A value's bytes: not a number equals itself in them.
    private static func element(_ value: Value) -> [UInt8] {
        var writer = DocumentWriter()
        writer.append("", value)
        return writer.finish().bytes
    }

    /// Each type wrapper and each kind of JSON value.
    static var seeds: [[UInt8]] {
        let texts = [
            #"{"a":{"$oid":"5f0c2e9d8b1e8a0001a2b3c4"},"b":{"$date":"2020-01-02T03:04:05.678Z"}}"#,
            #"{"a":{"$date":{"$numberLong":"-62135596800001"}},"b":{"$date":"1969-12-31T23:59:59+01:30"}}"#,
            #"{"a":{"$binary":{"base64":"AQIDBA==","subType":"00"}},"b":{"$binary":"AQI=","$type":"02"}}"#,
            #"{"a":{"$uuid":"73ffd264-44b3-4c69-90e8-e7d1dfc035d4"},"b":{"$symbol":"s"}}"#,
            #"{"a":{"$code":"f()","$scope":{"x":{"$numberInt":"1"}}},"b":{"$code":"g"}}"#,
            #"{"a":{"$timestamp":{"t":1,"i":2}},"b":{"$undefined":true},"c":{"$minKey":1},"d":{"$maxKey":1}}"#,
            #"{"a":{"$regularExpression":{"pattern":"^a","options":"mi"}},"b":{"$regex":"x","$options":"i"}}"#,
            #"{"a":{"$dbPointer":{"$ref":"c","$id":{"$oid":"5f0c2e9d8b1e8a0001a2b3c4"}}}}"#,
            #"{"a":{"$numberLong":"9223372036854775807"},"b":{"$numberDouble":"-Infinity"}}"#,
            #"{"a":{"$numberDecimal":"-1.2345E-6176"},"b":{"$numberDouble":"1.5e-7"}}"#,
            #"{"a":[1,-2.5e+10,0.1,1E400,true,false,null,NaN,-Infinity,[],{}],"a":1,"b":{"a":2,"a":3}}"#,
            #"{"text":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude80 é","$gt":12345678901234567890.5,"jd":2459000.12345}"#,
            #"{"find":"ZTF_alerts","filter":{"candidate.magpsf":{"$lt":18.5}},"limit":9223372036854775807}"#,
            "[1,2]", "\"x\"", " -0 ", "{}",
        ]
        return texts.map { Array($0.utf8) }
    }
}
