/// Pipelines such as astronomers ask of an archive of alerts, or save as filters. None of them grows.
enum AstronomicalPipelines {
    /// Alerts whose light curve has been rising, in fifteen stages.
    static let rising = #"""
        [
          {"$match": {"candidate.drb": {"$gt": 0.5}, "candidate.magpsf": {"$lt": 20}, "candidate.isdiffpos": {"$in": ["1", "t"]}}},
          {"$project": {"_id": 0, "candid": 1, "objectId": 1, "candidate": 1, "cross_matches": 1, "prv_candidates": 1, "fp_hists": 1,
            "t_now": "$candidate.jd", "m_now": "$candidate.magpsf", "fid_now": "$candidate.fid", "rbscore": "$candidate.rb",
            "age": {"$subtract": ["$candidate.jd", "$candidate.jdstarthist"]}, "peakmag": {"$min": {"$concatArrays": [["$candidate.magpsf"], {"$ifNull": ["$prv_candidates.magpsf", []]}]}},
            "psfminap": {"$subtract": ["$candidate.magpsf", "$candidate.magap"]}, "pointUnderneath": {"$and": [
              {"$gt": ["$candidate.sgscore1", 0.76]}, {"$gt": ["$candidate.distpsnr1", 0]}, {"$lt": ["$candidate.distpsnr1", 2]}]},
            "brightstar": {"$or": [{"$and": [{"$lt": ["$candidate.distpsnr1", 20]}, {"$lt": ["$candidate.sgmag1", 15]}]},
              {"$and": [{"$lt": ["$candidate.distpsnr2", 20]}, {"$lt": ["$candidate.srmag2", 15]}]}]}}},
          {"$addFields": {"detections": {"$filter": {"input": "$prv_candidates", "as": "p", "cond": {"$and": [
            {"$gt": ["$$p.magpsf", 0]}, {"$lt": ["$$p.sigmapsf", 0.3]}, {"$in": ["$$p.isdiffpos", ["t", "1", true, 1]]}, {"$lt": [{"$subtract": ["$t_now", "$$p.jd"]}, 100]}]}}}}},
          {"$addFields": {"limits": {"$filter": {"input": "$prv_candidates", "as": "p", "cond": {"$eq": [{"$ifNull": ["$$p.magpsf", null]}, null]}}}}},
          {"$addFields": {"forced": {"$filter": {"input": {"$ifNull": ["$fp_hists", []]}, "as": "f", "cond": {"$and": [{"$gt": ["$$f.snr", 3]}, {"$eq": ["$$f.procstatus", "0"]}]}}}}},
          {"$addFields": {"points": {"$concatArrays": [
            {"$map": {"input": "$detections", "as": "d", "in": {"jd": "$$d.jd", "fid": "$$d.fid", "mag": "$$d.magpsf", "err": "$$d.sigmapsf", "kind": "alert"}}},
            {"$map": {"input": "$forced", "as": "d", "in": {"jd": "$$d.jd", "fid": "$$d.fid", "mag": "$$d.mag", "err": "$$d.magerr", "kind": "forced"}}},
            [{"jd": "$t_now", "fid": "$fid_now", "mag": "$m_now", "err": "$candidate.sigmapsf", "kind": "now"}]]}}},
          {"$addFields": {"points": {"$sortArray": {"input": "$points", "sortBy": {"jd": 1}}}}},
          {"$addFields": {"g": {"$filter": {"input": "$points", "cond": {"$eq": ["$$this.fid", 1]}}}, "r": {"$filter": {"input": "$points", "cond": {"$eq": ["$$this.fid", 2]}}},
            "i": {"$filter": {"input": "$points", "cond": {"$eq": ["$$this.fid", 3]}}}}},
          {"$addFields": {"pairs": {"$zip": {"inputs": ["$r", {"$slice": ["$r", 1, {"$max": [1, {"$size": "$r"}]}]}]}}}},
          {"$addFields": {"slopes": {"$map": {"input": "$pairs", "as": "p", "in": {"$let": {"vars": {"a": {"$arrayElemAt": ["$$p", 0]}, "b": {"$arrayElemAt": ["$$p", 1]}},
            "in": {"$cond": [{"$gt": [{"$subtract": ["$$b.jd", "$$a.jd"]}, 0.01]}, {"$divide": [{"$subtract": ["$$b.mag", "$$a.mag"]}, {"$subtract": ["$$b.jd", "$$a.jd"]}]}, null]}}}}}}},
          {"$addFields": {"rise": {"$reduce": {"input": "$r", "initialValue": {"last": null, "count": 0, "longest": 0}, "in": {
            "last": "$$this.mag", "count": {"$cond": [{"$lt": ["$$this.mag", "$$value.last"]}, {"$add": ["$$value.count", 1]}, 0]},
            "longest": {"$max": ["$$value.longest", {"$add": ["$$value.count", 1]}]}}}}}},
          {"$addFields": {"color": {"$subtract": [{"$avg": "$g.mag"}, {"$avg": "$r.mag"}]}, "nnights": {"$size": {"$setUnion": [{"$map": {"input": "$points", "in": {"$floor": "$$this.jd"}}}, []]}}}},
          {"$match": {"$expr": {"$and": [{"$gte": ["$rise.longest", 2]}, {"$lt": [{"$min": "$slopes"}, -0.05]}, {"$gte": ["$nnights", 2]}]}, "pointUnderneath": false, "brightstar": false}},
          {"$project": {"objectId": 1, "candid": 1, "annotations": {"age": "$age", "color": "$color", "slope": {"$min": "$slopes"}, "peak": "$peakmag"}}},
          {"$sort": {"candid": -1}}
        ]
        """#

    /// Every pair of points, twice over.
    static let pairs = [
        #"[{"$set": {"near": {"$map": {"input": "$prv_candidates", "as": "p", "in": {"$mergeObjects": ["$$p", {"near": {"$size": {"$filter": {"input": "$prv_candidates", "as": "q", "cond": {"$and": [{"$lt": [{"$abs": {"$subtract": ["$$p.jd", "$$q.jd"]}}, 0.02]}, {"$ne": ["$$p.fid", "$$q.fid"]}]}}}}}]}}}}}, {"$match": {"near.near": {"$gt": 0}}}]"#,
        #"[{"$set": {"colors": {"$reduce": {"input": {"$map": {"input": "$prv_candidates", "as": "p", "in": {"$map": {"input": {"$filter": {"input": "$fp_hists", "as": "f", "cond": {"$lt": [{"$abs": {"$subtract": ["$$f.jd", "$$p.jd"]}}, 0.5]}}}, "as": "f", "in": {"jd": "$$p.jd", "d": {"$subtract": ["$$p.magpsf", "$$f.mag"]}}}}}}, "initialValue": [], "in": {"$concatArrays": ["$$value", "$$this"]}}}}}]"#,
        #"[{"$set": {"d": {"$map": {"input": "$prv_candidates", "as": "p", "in": {"$map": {"input": "$prv_candidates", "as": "q", "in": {"dt": {"$subtract": ["$$p.jd", "$$q.jd"]}, "dm": {"$subtract": ["$$p.magpsf", "$$q.magpsf"]}}}}}}}}, {"$set": {"steepest": {"$max": {"$map": {"input": "$d", "in": {"$max": "$$this.dm"}}}}}}, {"$unset": "d"}]"#,
        #"[{"$set": {"all": {"$concatArrays": ["$prv_candidates", "$fp_hists"]}}}, {"$set": {"first": {"$filter": {"input": "$all", "as": "p", "cond": {"$eq": ["$$p.jd", {"$min": "$all.jd"}]}}}}}]"#,
    ]

    /// What is gathered while running over a light curve.
    static let reductions = [
        #"[{"$set": {"nights": {"$reduce": {"input": "$prv_candidates", "initialValue": [], "in": {"$let": {"vars": {"night": {"$floor": {"$subtract": ["$$this.jd", 0.5]}}}, "in": {"$cond": [{"$in": ["$$night", "$$value"]}, "$$value", {"$concatArrays": ["$$value", ["$$night"]]}]}}}}}}}]"#,
        #"[{"$set": {"s": {"$reduce": {"input": "$prv_candidates", "initialValue": {"n": 0, "sum": 0, "sq": 0, "g": [], "r": []}, "in": {"$mergeObjects": ["$$value", {"n": {"$add": ["$$value.n", 1]}, "sum": {"$add": ["$$value.sum", "$$this.magpsf"]}, "sq": {"$add": ["$$value.sq", {"$multiply": ["$$this.magpsf", "$$this.magpsf"]}]}, "g": {"$cond": [{"$eq": ["$$this.fid", 1]}, {"$concatArrays": ["$$value.g", ["$$this"]]}, "$$value.g"]}, "r": {"$cond": [{"$eq": ["$$this.fid", 2]}, {"$concatArrays": ["$$value.r", ["$$this.magpsf"]]}, "$$value.r"]}}]}}}}}, {"$set": {"rms": {"$sqrt": {"$subtract": [{"$divide": ["$s.sq", "$s.n"]}, {"$pow": [{"$divide": ["$s.sum", "$s.n"]}, 2]}]}}}}]"#,
        #"[{"$set": {"median": {"$let": {"vars": {"m": {"$sortArray": {"input": "$prv_candidates.magpsf", "sortBy": 1}}}, "in": {"$arrayElemAt": ["$$m", {"$floor": {"$divide": [{"$size": "$$m"}, 2]}}]}}}}}]"#,
        #"[{"$set": {"cumulative": {"$reduce": {"input": "$fp_hists", "initialValue": [], "in": {"$concatArrays": ["$$value", [{"jd": "$$this.jd", "sum": {"$add": [{"$ifNull": [{"$last": "$$value.sum"}, 0]}, "$$this.forcediffimflux"]}}]]}}}}}]"#,
        #"[{"$set": {"byFilter": {"$arrayToObject": {"$map": {"input": [1, 2, 3], "as": "f", "in": {"k": {"$toString": "$$f"}, "v": {"$filter": {"input": "$prv_candidates", "as": "p", "cond": {"$eq": ["$$p.fid", "$$f"]}}}}}}}}}, {"$set": {"n": {"$map": {"input": {"$objectToArray": "$byFilter"}, "in": {"$size": "$$this.v"}}}}}]"#,
        #"[{"$set": {"bins": {"$map": {"input": {"$range": [0, {"$toInt": {"$ceil": {"$divide": [{"$subtract": [{"$max": "$prv_candidates.jd"}, {"$min": "$prv_candidates.jd"}]}, 5]}}}]}, "as": "b", "in": {"$avg": {"$map": {"input": {"$filter": {"input": "$prv_candidates", "as": "p", "cond": {"$eq": [{"$floor": {"$divide": ["$$p.jd", 5]}}, "$$b"]}}}, "in": "$$this.magpsf"}}}}}}}]"#,
        #"[{"$set": {"histogram": {"$reduce": {"input": "$prv_candidates", "initialValue": [0, 0, 0, 0, 0], "in": {"$map": {"input": {"$range": [0, 5]}, "as": "i", "in": {"$add": [{"$arrayElemAt": ["$$value", "$$i"]}, {"$cond": [{"$eq": [{"$mod": ["$$this.nid", 5]}, "$$i"]}, 1, 0]}]}}}}}}}]"#,
        #"[{"$set": {"lists": {"$reduce": {"input": "$prv_candidates", "initialValue": [[], [], []], "in": {"$map": {"input": {"$range": [0, 2]}, "as": "i", "in": {"$concatArrays": [{"$arrayElemAt": ["$$value", "$$i"]}, {"$cond": [{"$eq": ["$$this.fid", "$$i"]}, ["$$this"], []]}]}}}}}}}]"#,
        #"[{"$set": {"gaps": {"$reduce": {"input": {"$slice": ["$prv_candidates.jd", 1, 100]}, "initialValue": {"last": {"$first": "$prv_candidates.jd"}, "largest": 0}, "in": {"last": "$$this", "largest": {"$max": ["$$value.largest", {"$subtract": ["$$this", "$$value.last"]}]}}}}}}]"#,
        #"[{"$set": {"text": {"$reduce": {"input": "$prv_candidates", "initialValue": "", "in": {"$concat": ["$$value", {"$cond": [{"$eq": ["$$value", ""]}, "", ","]}, {"$toString": "$$this.fid"}]}}}}}]"#,
        #"[{"$set": {"latest": {"$reduce": {"input": "$prv_candidates", "initialValue": null, "in": {"$cond": [{"$gt": ["$$this.jd", "$$value.jd"]}, "$$this", "$$value"]}}}}}]"#,
        #"[{"$set": {"keyed": {"$reduce": {"input": "$prv_candidates", "initialValue": {}, "in": {"$mergeObjects": ["$$value", {"$arrayToObject": [[{"k": {"$toString": "$$this.fid"}, "v": "$$this.magpsf"}]]}]}}}}}]"#,
        // Every pair of points, one after the other.
        #"[{"$set": {"pairs": {"$reduce": {"input": "$prv_candidates", "initialValue": {"seen": [], "pairs": []}, "in": {"seen": {"$concatArrays": ["$$value.seen", ["$$this.jd"]]}, "pairs": {"$concatArrays": ["$$value.pairs", {"$map": {"input": "$$value.seen", "as": "s", "in": {"$subtract": ["$$this.jd", "$$s"]}}}]}}}}}}]"#,
    ]

    /// What Fritz and its like ask.
    static let joins = [
        #"[{"$match": {"objectId": "ZTF18aaaaaaa", "candidate.programid": {"$in": [1, 2]}}}, {"$sort": {"candidate.magpsf": 1}}, {"$group": {"_id": "$objectId", "data": {"$first": "$$ROOT"}}}, {"$replaceRoot": {"newRoot": "$data"}}, {"$lookup": {"from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "as": "aux"}}, {"$unwind": {"path": "$aux", "preserveNullAndEmptyArrays": true}}, {"$project": {"_id": 1, "objectId": 1, "candidate": 1, "prv_candidates": "$aux.prv_candidates", "prv_nondetections": {"$filter": {"input": "$aux.prv_candidates", "as": "p", "cond": {"$not": ["$$p.magpsf"]}}}, "fp_hists": "$aux.fp_hists"}}]"#,
        #"[{"$match": {"_id": "ZTF18aaaaaaa"}}, {"$project": {"cross_matches": 1, "prv_candidates": {"$filter": {"input": "$prv_candidates", "as": "item", "cond": {"$in": ["$$item.programid", [1, 2, 3]]}}}}}, {"$project": {"_id": 1, "prv_candidates.magpsf": 1, "prv_candidates.jd": 1}}]"#,
        #"[{"$match": {"candidate.drb": {"$gt": 0.9}}}, {"$lookup": {"from": "ZTF_alerts_aux", "localField": "objectId", "foreignField": "_id", "as": "aux"}}, {"$unwind": "$aux"}, {"$unwind": "$aux.prv_candidates"}, {"$match": {"aux.prv_candidates.magpsf": {"$gt": 0}}}, {"$sort": {"aux.prv_candidates.jd": 1}}, {"$group": {"_id": "$objectId", "jd": {"$push": "$aux.prv_candidates.jd"}, "mag": {"$push": "$aux.prv_candidates.magpsf"}, "candid": {"$last": "$candid"}}}, {"$set": {"curve": {"$zip": {"inputs": ["$jd", "$mag"]}}}}, {"$set": {"change": {"$map": {"input": {"$range": [1, {"$size": "$curve"}]}, "as": "i", "in": {"$subtract": [{"$arrayElemAt": [{"$arrayElemAt": ["$curve", "$$i"]}, 1]}, {"$arrayElemAt": [{"$arrayElemAt": ["$curve", {"$subtract": ["$$i", 1]}]}, 1]}]}}}}}, {"$match": {"$expr": {"$lt": [{"$avg": "$change"}, 0]}}}]"#,
        #"[{"$match": {"candidate.jd": {"$gt": 2460000}}}, {"$lookup": {"from": "ZTF_alerts_aux", "let": {"oid": "$objectId"}, "pipeline": [{"$match": {"$expr": {"$eq": ["$_id", "$$oid"]}}}, {"$project": {"cross_matches": 1, "fp_hists": {"$slice": ["$fp_hists", -20]}}}], "as": "aux"}}, {"$set": {"aux": {"$first": "$aux"}}}, {"$set": {"gaia": {"$filter": {"input": "$aux.cross_matches.Gaia_DR3", "cond": {"$gt": ["$$this.parallax", 1]}}}}}]"#,
        #"[{"$match": {"objectId": {"$in": ["a", "b", "c"]}}}, {"$group": {"_id": "$objectId", "alerts": {"$push": {"jd": "$candidate.jd", "mag": "$candidate.magpsf"}}}}, {"$set": {"rises": {"$map": {"input": "$alerts", "as": "a", "in": {"$size": {"$filter": {"input": "$alerts", "as": "b", "cond": {"$and": [{"$gt": ["$$b.jd", "$$a.jd"]}, {"$lt": ["$$b.mag", "$$a.mag"]}]}}}}}}}}]"#,
        #"[{"$match": {"candidate.programid": 1}}, {"$group": {"_id": null, "n": {"$sum": 1}, "objects": {"$addToSet": "$objectId"}, "mean": {"$avg": "$candidate.magpsf"}}}, {"$project": {"n": 1, "mean": 1, "objects": {"$size": "$objects"}, "names": {"$map": {"input": "$objects", "in": {"$concat": ["https://fritz.science/source/", "$$this"]}}}}}]"#,
        #"[{"$bucket": {"groupBy": "$candidate.magpsf", "boundaries": [10, 15, 20, 25], "default": "faint", "output": {"n": {"$sum": 1}, "names": {"$push": "$objectId"}}}}, {"$set": {"some": {"$slice": ["$names", 10]}}}, {"$unset": "names"}]"#,
        #"[{"$facet": {"faint": [{"$match": {"candidate.magpsf": {"$gt": 19}}}, {"$sort": {"candid": 1}}, {"$limit": 50}], "count": [{"$count": "n"}], "fields": [{"$sortByCount": "$candidate.field"}]}}, {"$project": {"both": {"$concatArrays": ["$faint", "$fields"]}, "n": {"$arrayElemAt": ["$count.n", 0]}}}]"#,
        #"[{"$setWindowFields": {"partitionBy": "$objectId", "sortBy": {"candidate.jd": 1}, "output": {"before": {"$push": "$candidate.magpsf", "window": {"documents": [-5, 0]}}, "rank": {"$rank": {}}, "last": {"$shift": {"output": "$candidate.jd", "by": -1}}}}}, {"$set": {"change": {"$subtract": ["$candidate.magpsf", {"$avg": "$before"}]}}}]"#,
        #"[{"$unwind": "$prv_candidates"}, {"$group": {"_id": {"objectId": "$objectId", "fid": "$prv_candidates.fid"}, "points": {"$push": "$prv_candidates"}}}, {"$group": {"_id": "$_id.objectId", "filters": {"$push": {"fid": "$_id.fid", "points": "$points"}}}}, {"$set": {"n": {"$map": {"input": "$filters", "in": {"$size": "$$this.points"}}}}}]"#,
        #"[{"$lookup": {"from": "TNS", "localField": "objectId", "foreignField": "disc__internal_name", "as": "tns"}}, {"$set": {"name": {"$first": "$tns.name"}, "known": {"$gt": [{"$size": "$tns"}, 0]}}}, {"$match": {"known": false}}, {"$project": {"cutoutScience": 0, "cutoutTemplate": 0, "cutoutDifference": 0, "tns": 0}}]"#,
        #"[{"$match": {"cross_matches.CLU": {"$exists": true}}}, {"$set": {"hosts": {"$map": {"input": {"$filter": {"input": {"$ifNull": ["$cross_matches.CLU", []]}, "as": "h", "cond": {"$lt": ["$$h.z", 0.05]}}}, "as": "h", "in": {"$let": {"vars": {"d": {"$multiply": [{"$subtract": ["$$h.dec", "$candidate.dec"]}, 3600]}, "r": {"$multiply": [{"$subtract": ["$$h.ra", "$candidate.ra"]}, 3600, {"$cos": {"$degreesToRadians": "$candidate.dec"}}]}}, "in": {"name": "$$h.name", "z": "$$h.z", "sep": {"$sqrt": {"$add": [{"$multiply": ["$$d", "$$d"]}, {"$multiply": ["$$r", "$$r"]}]}}}}}}}}}, {"$set": {"nearest": {"$first": {"$sortArray": {"input": "$hosts", "sortBy": {"sep": 1}}}}}}, {"$match": {"nearest.sep": {"$lt": 30}}}]"#,
        #"[{"$redact": {"$cond": [{"$in": [{"$ifNull": ["$programid", 1]}, [1, 2]]}, "$$DESCEND", "$$PRUNE"]}}, {"$set": {"found": {"$regexFindAll": {"input": "$candidate.pdiffimfilename", "regex": "[0-9]+"}}, "parts": {"$split": ["$candidate.pdiffimfilename", "_"]}}}]"#,
        #"[{"$set": {"prv_candidates.flux": 1, "candidate.x.y": "$candidate.jd"}}, {"$set": {"prv_candidates": {"$map": {"input": "$prv_candidates", "as": "p", "in": {"$mergeObjects": ["$$p", {"flux": {"$pow": [10, {"$multiply": [-0.4, {"$subtract": ["$$p.magpsf", 23.9]}]}]}, "snr": {"$divide": [1.0857, "$$p.sigmapsf"]}}]}}}}}, {"$set": {"weighted": {"$divide": [{"$sum": {"$map": {"input": "$prv_candidates", "in": {"$multiply": ["$$this.flux", "$$this.snr"]}}}}, {"$sum": "$prv_candidates.snr"}]}}}]"#,
    ]

    /// All of them.
    static let all = [rising] + pairs + reductions + joins
}
