-- Appends an entry to the log: to the set of live entries, which starting servers read, and to the
-- stream, which the others follow. Numbers the entries without a gap, so that a reader notices if
-- the stream has lost some.
-- KEYS: meta, live, stream. ARGV: a new incarnation, the entry, when it ends.
redis.call('HSETNX', KEYS[1], 'incarnation', ARGV[1])
local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
redis.call('ZADD', KEYS[2], 'GT', ARGV[3], ARGV[2])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', '10000', '*', 'number', number, 'entry', ARGV[2])

-- Servers whose clocks are a minute behind may still need an entry that has just ended.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now - 60000))
