-- Posts one query again and again with wrk: LOAD=count counts the alerts of OBJECT by an index, LOAD=find reads a few
-- fields of 100 alerts. Anything but a success is an error.
local queries = {
    count = '{"query_type": "count_documents", "query": {"catalog": "ZTF_alerts", "filter": {"objectId": "%s"}}}',
    find = [[{"query_type": "find", "query": {"catalog": "ZTF_alerts", "filter": {}, "projection": {"_id": 0,
        "objectId": 1, "candid": 1, "candidate.jd": 1, "candidate.fid": 1, "candidate.ra": 1, "candidate.dec": 1,
        "candidate.magpsf": 1, "candidate.sigmapsf": 1}}, "kwargs": {"limit": 100}}]],
}
wrk.method = "POST"
wrk.body = queries[os.getenv("LOAD")]:gsub("%%s", os.getenv("OBJECT"))
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")

local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() errors = 0 end
function response(status, headers, body)
    if status ~= 200 or body:sub(1, 19) ~= '{"status":"success"' then errors = errors + 1 end
end
function done(summary)
    local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    for _, thread in ipairs(threads) do failed = failed + thread:get("errors") end
    print(os.getenv("LOAD") .. ": " .. failed .. " errors")
    if failed > 0 then os.exit(1) end
end
