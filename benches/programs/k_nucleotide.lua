local function dna(length)
  local letters = { "a", "c", "g", "t" }
  local seed = 42
  local list = {}
  for i = 1, length do
    seed = seed * 16807 % 2147483647
    list[i] = letters[seed % 13 % 4 + 1]
  end
  return table.concat(list)
end

-- How often each piece of so many letters occurs.
local function frequencies(dna, size)
  local counts = {}
  for i = 1, #dna - size + 1 do
    local piece = dna:sub(i, i + size - 1)
    counts[piece] = (counts[piece] or 0) + 1
  end
  return counts
end

local dna = dna(tonumber(arg[1]))
for size = 1, 2 do
  local entries = {}
  for piece, count in pairs(frequencies(dna, size)) do
    entries[#entries + 1] = { piece = piece, count = count }
  end
  table.sort(entries, function(a, b)
    return a.count > b.count or a.count == b.count and a.piece < b.piece
  end)
  for _, entry in ipairs(entries) do
    print(entry.piece .. " " .. entry.count)
  end
end
for _, piece in ipairs({ "gga", "ggta", "ggtatt", "ggtattttaatt" }) do
  print(piece .. " " .. (frequencies(dna, #piece)[piece] or 0))
end
