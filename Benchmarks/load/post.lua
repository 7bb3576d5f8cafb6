-- Posts the query in the file BODY again and again with wrk, with the token TOKEN. Anything but a success is an error.
-- Prints one line of JSON at the end: requests per second, bytes per second, latencies in milliseconds.
local file = assert(io.open(os.getenv("BODY")))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = os.getenv("TOKEN")

local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() errors = 0 end
function response(status, headers, body)
    -- Python puts a space after the colon.
    if status ~= 200 or not body:sub(1, 21):match('^{"status": ?"success"') then errors = errors + 1 end
end
function done(summary, latency)
    local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    for _, thread in ipairs(threads) do failed = failed + thread:get("errors") end
    local seconds = summary.duration / 1e6
    print(string.format('{"rate": %.2f, "bytes": %.0f, "p50": %.3f, "p99": %.3f, "errors": %d}',
        summary.requests / seconds, summary.bytes / seconds, latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3, failed))
end
