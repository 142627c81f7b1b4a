" Mob: the words of the language, literals and names by their case.
if exists('b:current_syntax')
  finish
endif

syn keyword mobConditional else if match
syn keyword mobRepeat break continue for in while
syn keyword mobStatement let return var
syn keyword mobStructure const enum extern fn struct type
syn keyword mobInclude as use
syn keyword mobStorage pub
syn keyword mobBoolean false true
syn match mobStructure '^\s*\zstest\ze\s*"'

syn keyword mobBuiltinType Bool Bytes Float Int List Map Option Result Set Str
syn match mobType '\<[A-Z][A-Za-z0-9_]*\>'
syn match mobConstant '\<[A-Z][A-Z0-9_]\+\>'
syn match mobFunction '\<[a-z_][A-Za-z0-9_]*\ze('

syn match mobNumber '\<\d[0-9_]*\>'
syn match mobNumber '\<0x[0-9A-Fa-f_]\+\>'
syn match mobNumber '\<0b[01_]\+\>'
syn match mobFloat '\<\d[0-9_]*\%(\.\d[0-9_]*\%([eE][+-]\?\d\+\)\?\|[eE][+-]\?\d\+\)\>'

syn match mobEscape contained '\\\%(x\x\{2}\|u{\x\+}\|.\)'
syn region mobInterpolation contained matchgroup=mobDelimiter start='{' end='}' contains=TOP
syn region mobBlock start='{' end='}' transparent contains=TOP
syn region mobString start='"' end='"\|$' contains=mobEscape,mobInterpolation
syn region mobString start='"""' end='"""' contains=mobEscape,mobInterpolation
syn region mobBytes start='\<b"' end='"\|$' contains=mobEscape

syn match mobComment '//.*$' contains=mobTodo,@Spell
syn match mobDocComment '///\%(/\)\@!.*$' contains=mobTodo,@Spell
syn keyword mobTodo contained TODO FIXME NOTE

hi def link mobConditional Conditional
hi def link mobRepeat Repeat
hi def link mobStatement Statement
hi def link mobStructure Structure
hi def link mobInclude Include
hi def link mobStorage StorageClass
hi def link mobBoolean Boolean
hi def link mobBuiltinType Type
hi def link mobType Type
hi def link mobConstant Constant
hi def link mobFunction Function
hi def link mobNumber Number
hi def link mobFloat Float
hi def link mobEscape SpecialChar
hi def link mobDelimiter Delimiter
hi def link mobString String
hi def link mobBytes String
hi def link mobComment Comment
hi def link mobDocComment SpecialComment
hi def link mobTodo Todo

let b:current_syntax = 'mob'
