-- Keeps the highest values of the objects in KEYS, whose watermarks were just
-- read and started anew: since the operator cleared them, since the switch did,
-- and in the present period.
-- ARGV: database, table of the counters, interval of the poll in milliseconds.
redis.call('SELECT', ARGV[1])
local tables = {'PERIODIC_WATERMARKS', 'PERSISTENT_WATERMARKS', 'USER_WATERMARKS'}
for _, oid in ipairs(KEYS) do
    for _, stat in ipairs(stats) do
        local now = tonumber(redis.call('HGET', ARGV[2] .. ':' .. oid, stat))
        for _, name in ipairs(now and tables or {}) do
            local row = name .. ':' .. oid
            local before = tonumber(redis.call('HGET', row, stat))
            if not before or now > before then
                redis.call('HSET', row, stat, string.format('%.0f', now))
            end
        end
    end
end
return {}
