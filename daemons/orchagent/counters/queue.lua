-- Keeps the rate of a queue in bits too, Q_bPS, as SONiC has it beside the one in
-- bytes.
function finish()
    for _, oid in ipairs(KEYS) do
        local bytes = tonumber(redis.call('HGET', 'RATES:' .. oid, 'Q_BPS') or nil)
        if bytes then
            redis.call('HSET', 'RATES:' .. oid, 'Q_bPS', bytes * 8)
        end
    end
end
