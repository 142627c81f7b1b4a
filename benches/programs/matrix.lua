local function matrix(n, scale)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      row[j] = scale * (i - j) * (i + j - 2)
    end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b)
  local n = #a
  local product = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do
      local sum = 0.0
      for k = 1, n do
        sum = sum + a[i][k] * b[k][j]
      end
      row[j] = sum
    end
    product[i] = row
  end
  return product
end

local n = tonumber(arg[1])
local scale = 1.0 / (n * n)
local product = multiply(matrix(n, scale), matrix(n, scale))
local middle = (n - n % 2) / 2 + 1
print(string.format("%.9f", product[middle][middle]))
print(string.format("%.9f", product[n][1]))
