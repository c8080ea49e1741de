-- Forgets the oldest of a seat: all but the newest, and those up to a number. KEYS[1] is what all keys begin with; ARGV is
-- the seat, how many it keeps, and the number, if it is still that up to which the seat has cleared.
local prefix, seat, keep, upTo = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local stream, ids, cleared = prefix .. 'seat:' .. seat, prefix .. 'ids:' .. seat, prefix .. 'cleared:' .. seat
if upTo > 0 then
	if redis.call('HGET', cleared, 'up_to') ~= ARGV[3] then
		return
	end
	redis.call('DEL', cleared)
end
local left = keep > 0 and redis.call('XLEN', stream) or 0
while left > 0 do
	local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
	if left <= keep and tonumber(string.match(oldest[1], '^%d+')) > upTo then
		break
	end
	redis.call('XDEL', stream, oldest[1])
	redis.call('HDEL', ids, oldest[2][2])
	left = left - 1
end
if left > 0 then
	redis.call('ZADD', prefix .. 'counts', left, seat)
else
	redis.call('DEL', stream, ids, cleared)
	redis.call('ZREM', prefix .. 'newest', seat)
	redis.call('ZREM', prefix .. 'counts', seat)
end
