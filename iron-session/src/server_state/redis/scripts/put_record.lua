-- Writes a record over the revision that it replaces, and lists it with its owner.
-- KEYS: the record, the list of its owner.
-- ARGV: the record's key, the replaced revision or nothing, a text that identifies this call, text,
-- revision, until or nothing, when to expire or nothing, whether there is an owner, the owner, and the
-- beginning of the keys of the lists.
local stored = redis.call('HMGET', KEYS[1], 'revision', 'call', 'owner')
-- This call itself has written it already, but the reply was lost.
if stored[2] == ARGV[3] then return 1 end
if (stored[1] or '') ~= ARGV[2] then return 0 end
if stored[3] then redis.call('ZREM', ARGV[10] .. stored[3], ARGV[1]) end

redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'text', ARGV[4], 'revision', ARGV[5], 'until', ARGV[6], 'call', ARGV[3])
if ARGV[8] == '1' then redis.call('HSET', KEYS[1], 'owner', ARGV[9]) end
-- Deletes it, if it has ended.
if ARGV[7] ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[7]) end
if ARGV[8] == '1' then
  local ends = ARGV[7] ~= '' and ARGV[7] or '+inf'
  redis.call('ZADD', KEYS[2], ends, ARGV[1])
  local time = redis.call('TIME')
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', time[1] .. '000')
  -- The list ends with its last record.
  local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
  if last == 'inf' then
    redis.call('PERSIST', KEYS[2])
  elseif last then
    redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', tonumber(last)))
  end
end
return 1
