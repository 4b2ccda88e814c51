-- post.lua - wrk posts BODY to each target in turn. TARGETS: a file of lines "path<TAB>cookie"; the cookie may be empty.
local requests, next_one = {}, 0

function init()
  for line in io.lines(os.getenv("TARGETS")) do
    local path, cookie = line:match("^([^\t]*)\t(.*)$")
    local headers = { ["Content-Type"] = "application/json" }
    if cookie ~= "" then headers["Cookie"] = cookie end
    requests[#requests + 1] = wrk.format("POST", path, headers, os.getenv("BODY"))
  end
end

function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end

-- One line for the script that started us: what wrk's own report rounds.
function done(summary, latency)
  io.write(string.format('json {"requests":%d,"us":%d,"refused":%d,"broken":%d,"p50_ms":%.3f,"p99_ms":%.3f}\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
