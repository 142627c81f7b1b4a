local function swap(xs, i, j)
  xs[i], xs[j] = xs[j], xs[i]
end

-- Sorts what is from index `low` to index `high`.
local function quicksort(xs, low, high)
  if low >= high then return end
  local pivot = xs[high]
  local next = low
  for i = low, high - 1 do
    if xs[i] < pivot then
      swap(xs, i, next)
      next = next + 1
    end
  end
  swap(xs, next, high)
  quicksort(xs, low, next - 1)
  quicksort(xs, next + 1, high)
end

local n = tonumber(arg[1])
local seed = 42
local xs = {}
for i = 1, n do
  seed = seed * 16807 % 2147483647
  xs[i] = seed
end
quicksort(xs, 1, n)
for i = 2, n do
  assert(xs[i - 1] <= xs[i])
end
print(xs[1])
print(xs[(n - n % 2) / 2 + 1])
print(xs[n])
