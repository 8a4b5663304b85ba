-- Keeps in RATES:<oid> how many bits of a port's signal were wrong, of those that
-- came in: FEC_PRE_BER before error correction, FEC_PRE_BER_MAX the worst so far,
-- FEC_POST_BER what correction left. A frame that cannot be mended counts as an
-- error of 1e-8 bits, the average that SONiC takes.
local left_of_a_frame = 1e-8
local corrected, lost = 'SAI_PORT_STAT_IF_IN_FEC_CORRECTED_BITS', 'SAI_PORT_STAT_IF_IN_FEC_NOT_CORRECTABLE_FRAMES'

-- Bits per second on a lane (IEEE 802.3: with encoding and correction), by the
-- megabits of payload that it carries.
local lane_rate = {
    [1000] = 1.25e9, [10000] = 10.3125e9, [25000] = 25.78125e9, [50000] = 53.125e9, [100000] = 106.25e9, [200000] = 212.5e9,
}

-- line_rates returns the bits per second on the lanes of each polled port whose
-- speed is known.
local function line_rates()
    local name, rate = {}, {}
    local map = redis.call('HGETALL', 'COUNTERS_PORT_NAME_MAP')
    for i = 1, #map, 2 do
        name[map[i + 1]] = map[i]
    end
    redis.call('SELECT', appl_db)
    for _, oid in ipairs(KEYS) do
        local row = name[oid] and redis.call('HMGET', 'PORT_TABLE:' .. name[oid], 'speed', 'lanes') or {}
        local speed = tonumber(row[1] or nil)
        if speed and row[2] then
            local _, commas = string.gsub(row[2], ',', '')
            local lane = lane_rate[speed / (commas + 1)]
            rate[oid] = lane and lane * (commas + 1)
        end
    end
    redis.call('SELECT', ARGV[1])
    return rate
end

function finish(seconds, step)
    local rate = line_rates()
    for _, oid in ipairs(KEYS) do
        local row = 'RATES:' .. oid
        local wrong, frames = step(oid, row, {corrected}), step(oid, row, {lost})
        if rate[oid] and wrong and frames then
            local bits = rate[oid] * seconds
            local before = wrong / bits
            redis.call('HSET', row, 'FEC_PRE_BER', string.format('%.17g', before), 'FEC_POST_BER', string.format('%.17g', frames * left_of_a_frame / bits))
            if before >= (tonumber(redis.call('HGET', row, 'FEC_PRE_BER_MAX') or nil) or 0) then
                redis.call('HSET', row, 'FEC_PRE_BER_MAX', string.format('%.17g', before))
            end
        end
    end
end
