-- Keeps the rates of the objects in KEYS, whose counters were just polled, in
-- RATES:<oid>: an exponentially smoothed average, per second. What the counters
-- were at the last poll is kept beside them.
-- ARGV: database, table of the counters, interval of the poll in milliseconds.
redis.call('SELECT', ARGV[1])
local alpha = tonumber(redis.call('HGET', 'RATES:' .. family, family .. '_ALPHA'))
local seconds = (tonumber(ARGV[3]) or 0) / 1000
if not alpha or seconds <= 0 then
    return {}
end

-- step returns how much the counters behind a rate grew since the last poll, or
-- nil if that is not known: at the first poll, or when they were cleared.
local function step(oid, row, names)
    local grown, known = 0, true
    for _, name in ipairs(names) do
        local now = tonumber(redis.call('HGET', ARGV[2] .. ':' .. oid, name))
        if not now then
            return nil
        end
        local last = tonumber(redis.call('HGET', row, name .. '_last'))
        redis.call('HSET', row, name .. '_last', string.format('%.0f', now))
        if not last or last > now then
            known = false
        else
            grown = grown + now - last
        end
    end
    return known and grown or nil
end

for _, oid in ipairs(KEYS) do
    local row = 'RATES:' .. oid
    local phase = row .. ':' .. family
    local smooth = redis.call('HGET', phase, 'INIT_DONE') == 'DONE'
    local next_phase = 'COUNTERS_LAST'
    for rate, names in pairs(rates) do
        local grown = step(oid, row, names)
        if grown then
            local value = grown / seconds
            local before = smooth and tonumber(redis.call('HGET', row, rate))
            if before then
                value = alpha * value + (1 - alpha) * before
            end
            redis.call('HSET', row, rate, value)
            next_phase = 'DONE'
        end
    end
    redis.call('HSET', phase, 'INIT_DONE', next_phase)
end
if finish then
    finish(seconds, step)
end
return {}
