local function filled(n)
  local list = {}
  for i = 1, n do
    list[i] = false
  end
  return list
end

-- In how many ways queens can stand in this row and all below it.
local function place(board, row)
  if row > board.size then return 1 end
  local ways = 0
  for column = 1, board.size do
    local up = row + column - 1
    local down = row - column + board.size
    if not board.columns[column] and not board.rising[up] and not board.falling[down] then
      board.columns[column] = true
      board.rising[up] = true
      board.falling[down] = true
      ways = ways + place(board, row + 1)
      board.columns[column] = false
      board.rising[up] = false
      board.falling[down] = false
    end
  end
  return ways
end

local n = tonumber(arg[1])
local board = { size = n, columns = filled(n), rising = filled(2 * n - 1), falling = filled(2 * n - 1) }
print(place(board, 1))
