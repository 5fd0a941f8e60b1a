-- Reads the keys of an owner's records, and removes those that no longer are the owner's.
-- KEYS: the list of the owner. ARGV: the owner, and the beginning of the keys of the records.
local keys = {}
for _, key in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if redis.call('HGET', ARGV[2] .. key, 'owner') == ARGV[1] then
    keys[#keys + 1] = key
  else
    redis.call('ZREM', KEYS[1], key)
  end
end
return keys
