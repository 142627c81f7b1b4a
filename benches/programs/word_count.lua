-- A text of so many words, of which small ones come often.
local function text(words)
  local seed = 42
  local list = {}
  for i = 1, words do
    seed = seed * 16807 % 2147483647
    list[i] = "word" .. seed % 200 * (seed % 97)
  end
  return table.concat(list, " ")
end

local counts = {}
for word in text(tonumber(arg[1])):gmatch("[^ ]+") do
  counts[word] = (counts[word] or 0) + 1
end
local entries = {}
for word, count in pairs(counts) do
  entries[#entries + 1] = { word = word, count = count }
end
table.sort(entries, function(a, b)
  return a.count > b.count or a.count == b.count and a.word < b.word
end)
print(#entries)
for i = 1, 10 do
  print(entries[i].word .. " " .. entries[i].count)
end
