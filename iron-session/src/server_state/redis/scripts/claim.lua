-- Claims a key.
-- KEYS: the claim. ARGV: a text that identifies this call, and when the claim expires, or nothing.
local claimed
if ARGV[2] ~= '' then
  claimed = redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PXAT', ARGV[2])
else
  claimed = redis.call('SET', KEYS[1], ARGV[1], 'NX')
end
-- If the key has this text, this call itself has claimed it already, but the reply was lost.
if claimed or redis.call('GET', KEYS[1]) == ARGV[1] then return 1 end
return 0
