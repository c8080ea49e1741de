-- Keeps records and numbers them. Numbers rise and are about the time in microseconds, so they rise also when the newest one
-- was lost, as far as the clock does. KEYS[1] is what all keys begin with; ARGV is the lifetime in milliseconds, how many a
-- seat may have, and then seat, id and record of each.
local prefix, lifetime, most = KEYS[1], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local number = math.max((tonumber(redis.call('GET', prefix .. 'number')) or 0) + 1, time[1] * 1000000 + time[2])
for i = 3, #ARGV, 3 do
	local seat, id, record = ARGV[i], ARGV[i + 1], ARGV[i + 2]
	local stream, ids = prefix .. 'seat:' .. seat, prefix .. 'ids:' .. seat
	local text = string.format('%.0f', number)
	if redis.call('HEXISTS', ids, id) == 0 then
		redis.call('XADD', stream, text .. '-0', 'id', id, 'record', record)
		redis.call('HSET', ids, id, text)
		redis.call('SET', prefix .. 'number', text, 'PX', lifetime)
		while redis.call('XLEN', stream) > most do
			local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
			redis.call('XDEL', stream, oldest[1])
			redis.call('HDEL', ids, oldest[2][2])
		end
		redis.call('ZADD', prefix .. 'newest', text, seat)
		redis.call('ZADD', prefix .. 'counts', redis.call('XLEN', stream), seat)
		for _, key in ipairs({stream, ids, prefix .. 'newest', prefix .. 'counts'}) do
			redis.call('PEXPIRE', key, lifetime)
		end
		number = number + 1
	end
end
