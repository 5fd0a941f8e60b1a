-- Reads a page of the live entries, in the order in which they end. The first page takes the end of
-- the stream before anything else, so that following the stream from there misses nothing.
-- KEYS: meta, live, stream.
-- ARGV: a new incarnation, the longest entry, the size of a page, and for a further page: the
-- incarnation, and the score and the text of the last entry.
-- Returns: incarnation, id and number of the stream's end, is it the last page, score and text of the
-- last entry, and then the entries. A page that can't continue returns nothing.

local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
if ARGV[4] and incarnation ~= ARGV[4] then return {} end
if not incarnation then
  incarnation = ARGV[1]
  redis.call('HSET', KEYS[1], 'incarnation', incarnation)
end
local ends = redis.call('XREVRANGE', KEYS[3], '+', '-', 'COUNT', 1)
local id = ends[1] and ends[1][1] or '0-0'
local number = redis.call('HGET', KEYS[1], 'number') or '0'

local first = 0
if ARGV[4] then
  if ARGV[6] == '' then
    -- It was no text that a position can hold.
    first = redis.call('ZCOUNT', KEYS[2], '-inf', ARGV[5])
  elseif redis.call('ZSCORE', KEYS[2], ARGV[6]) == ARGV[5] then
    first = redis.call('ZRANK', KEYS[2], ARGV[6]) + 1
  else
    -- It has ended meanwhile, and everything before it.
    first = redis.call('ZCOUNT', KEYS[2], '-inf', '(' .. ARGV[5])
  end
end
local size = tonumber(ARGV[3])
local found = redis.call('ZRANGE', KEYS[2], first, first + size - 1, 'WITHSCORES')
local is_last = #found < 2 * size
local last = found[#found - 1] or ''
if #last > tonumber(ARGV[2]) then last = '' end
local page = { incarnation, id, number, is_last and '1' or '0', found[#found] or '', last }
for index = 1, #found, 2 do
  if #found[index] <= tonumber(ARGV[2]) then page[#page + 1] = found[index] end
end
return page
