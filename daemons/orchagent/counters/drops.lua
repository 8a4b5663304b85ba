-- Watches the drop counters of ports, which were just polled, for drops that last.
-- A poll in which a counter grew by more than drop_count_threshold is an incident;
-- with more than incident_count_threshold of them in the last window seconds the
-- port is told of in PERSISTENT_DROP_ALERTS, and they are forgotten.
-- ARGV: database, table of the counters, interval of the poll in milliseconds.
local most_alerts = 256

redis.call('SELECT', config_db)
if redis.call('HGET', 'DEBUG_DROP_MONITOR|CONFIG', 'status') ~= 'enabled' then
    return {}
end
redis.call('SELECT', ARGV[1])
local now = tonumber(redis.call('TIME')[1])

-- pairs_of returns a hash as a table.
local function pairs_of(name)
    local list, out = redis.call('HGETALL', name), {}
    for i = 1, #list, 2 do
        out[list[i]] = list[i + 1]
    end
    return out
end

-- monitored returns the counters that are watched, with their thresholds.
local function monitored()
    local out = {}
    local stats = pairs_of('COUNTERS_DEBUG_NAME_PORT_STAT_MAP')
    redis.call('SELECT', config_db)
    for name, stat in pairs(stats) do
        local row = pairs_of('DEBUG_COUNTER|' .. name)
        if row.drop_monitor_status == 'enabled' then
            out[name] = {
                stat = stat, window = tonumber(row.window) or 900,
                drops = tonumber(row.drop_count_threshold) or 100, incidents = tonumber(row.incident_count_threshold) or 3,
            }
        end
    end
    redis.call('SELECT', ARGV[1])
    return out
end

-- alert tells of a port, beside others of the same second. The oldest alerts make room.
local function alert(counter, port)
    local alerts, field = 'PERSISTENT_DROP_ALERTS', counter .. '|' .. now
    local before = redis.call('HGET', alerts, field)
    redis.call('HSET', alerts, field, before and before .. ', ' .. port or 'Drops last on ' .. port)
    while redis.call('HLEN', alerts) > most_alerts do
        local oldest, first
        for _, f in ipairs(redis.call('HKEYS', alerts)) do
            local at = tonumber(string.match(f, '|(%d+)$')) or 0
            if not first or at < first then
                oldest, first = f, at
            end
        end
        redis.call('HDEL', alerts, oldest)
    end
end

-- watch takes what a counter of a port is now. What it keeps goes by itself once
-- the counter or the port is no longer polled.
local function watch(name, counter, port, count)
    local row = 'DEBUG_DROP_MONITOR_STATS|' .. name .. '|' .. port
    local incidents = row .. '|incidents'
    local before = tonumber(redis.call('HGET', row, 'prev_drop_count') or nil)
    redis.call('HSET', row, 'prev_drop_count', string.format('%.0f', count))
    redis.call('EXPIRE', row, 10 * math.ceil(tonumber(ARGV[3]) / 1000))
    if before and count - before > counter.drops then
        redis.call('RPUSH', incidents, now)
        redis.call('EXPIRE', incidents, string.format('%.0f', math.min(counter.window, 1e9) + 1))
    end
    local oldest = tonumber(redis.call('LINDEX', incidents, 0) or nil)
    while oldest and now - oldest > counter.window do
        redis.call('LPOP', incidents)
        oldest = tonumber(redis.call('LINDEX', incidents, 0) or nil)
    end
    if redis.call('LLEN', incidents) > counter.incidents then
        alert(name, port)
        redis.call('DEL', incidents)
    end
end

local counters = monitored()
if next(counters) == nil then
    return {}
end
local names = {}
for port, oid in pairs(pairs_of('COUNTERS_PORT_NAME_MAP')) do
    names[oid] = port
end
for _, oid in ipairs(KEYS) do
    for name, counter in pairs(names[oid] and counters or {}) do
        local count = tonumber(redis.call('HGET', ARGV[2] .. ':' .. oid, counter.stat) or nil)
        if count then
            watch(name, counter, names[oid], count)
        end
    end
end
return {}
