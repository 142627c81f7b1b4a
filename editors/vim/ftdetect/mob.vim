autocmd BufNewFile,BufRead *.mob setfiletype mob
