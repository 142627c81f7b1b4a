local function grow(depth)
  if depth == 0 then return {} end
  return { grow(depth - 1), grow(depth - 1) }
end

local function count(tree)
  if not tree then return 0 end
  return 1 + count(tree[1]) + count(tree[2])
end

local depth_max = tonumber(arg[1])
print(count(grow(depth_max + 1)))
local long_lived = grow(depth_max)
local depth, trees = 4, 2 ^ depth_max
while depth <= depth_max do
  local total = 0
  for _ = 1, trees do
    total = total + count(grow(depth))
  end
  print(string.format("%d %d %d", trees, depth, total))
  depth = depth + 2
  trees = trees / 4
end
print(count(long_lived))
