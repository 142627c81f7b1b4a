//! The one opcode list. `docs/bytecode.md` is generated from it; to add an opcode, see CONTRIBUTING.md.
//!
//! Notation: `R[a]` a register, `K[i]` a constant, `pc` the next instruction. Arguments beyond those in the word itself
//! stand in `args` words that follow: `args…` below. A jump backwards charges fuel for the words that it spans.

use super::op::{OpInfo, Operand, Role, Slot, Ty, define_ops};

define_ops! {
    // Moves and constants.
    Move = 0x01, "move", [A: Def(Any), B: Use(Any)], "R[a] := R[b], of one type";
    ConstInt = 0x02, "const.i64", [A: Def(Int), BC: Imm], "R[a] := bc";
    ConstBool = 0x03, "const.bool", [A: Def(Bool), BC: Imm], "R[a] := bc, which is 0 or 1";
    ConstUnit = 0x04, "const.unit", [A: Def(Unit)], "R[a] := ()";
    Const = 0x05, "const", [A: Def(Any), BC: Const], "R[a] := K[bc], an Int, Float, Str or Bytes";

    // Int. Every overflow traps unless the name says that it wraps.
    AddInt = 0x10, "add.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] + R[c]; traps on overflow";
    SubInt = 0x11, "sub.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] - R[c]; traps on overflow";
    MulInt = 0x12, "mul.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] * R[c]; traps on overflow";
    DivInt = 0x13, "div.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] / R[c], towards zero; traps on zero and overflow";
    RemInt = 0x14, "rem.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] % R[c], sign of R[b]; traps on zero and overflow";
    NegInt = 0x15, "neg.i64", [A: Def(Int), B: Use(Int)], "R[a] := -R[b]; traps on overflow";
    AddIntSmall = 0x16, "addk.i64", [A: Def(Int), B: Use(Int), C: Imm], "R[a] := R[b] + c; traps on overflow";
    MulIntSmall = 0x17, "mulk.i64", [A: Def(Int), B: Use(Int), C: Imm], "R[a] := R[b] * c; traps on overflow";
    DivIntSmall = 0x18, "divk.i64", [A: Def(Int), B: Use(Int), C: Imm], "R[a] := R[b] / c, where c is not 0; traps on overflow";
    RemIntSmall = 0x19, "remk.i64", [A: Def(Int), B: Use(Int), C: Imm], "R[a] := R[b] % c, where c is not 0 or -1";
    AddIntWrap = 0x1a, "addw.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] + R[c] modulo 2^64";
    SubIntWrap = 0x1b, "subw.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] - R[c] modulo 2^64";
    MulIntWrap = 0x1c, "mulw.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] * R[c] modulo 2^64";
    AndInt = 0x1d, "and.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] & R[c]";
    OrInt = 0x1e, "or.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] | R[c]";
    XorInt = 0x1f, "xor.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] ^ R[c]";
    ShlInt = 0x20, "shl.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] << R[c]; traps unless R[c] is in 0..64";
    ShrInt = 0x21, "shr.i64", [A: Def(Int), B: Use(Int), C: Use(Int)], "R[a] := R[b] >> R[c], signed; traps unless R[c] is in 0..64";
    NotInt = 0x22, "not.i64", [A: Def(Int), B: Use(Int)], "R[a] := the complement of R[b]";

    // Float and conversions.
    AddFloat = 0x28, "add.f64", [A: Def(Float), B: Use(Float), C: Use(Float)], "R[a] := R[b] + R[c]";
    SubFloat = 0x29, "sub.f64", [A: Def(Float), B: Use(Float), C: Use(Float)], "R[a] := R[b] - R[c]";
    MulFloat = 0x2a, "mul.f64", [A: Def(Float), B: Use(Float), C: Use(Float)], "R[a] := R[b] * R[c]";
    DivFloat = 0x2b, "div.f64", [A: Def(Float), B: Use(Float), C: Use(Float)], "R[a] := R[b] / R[c]";
    RemFloat = 0x2c, "rem.f64", [A: Def(Float), B: Use(Float), C: Use(Float)], "R[a] := the remainder of R[b] / R[c], sign of R[b]";
    NegFloat = 0x2d, "neg.f64", [A: Def(Float), B: Use(Float)], "R[a] := -R[b]";
    SqrtFloat = 0x2e, "sqrt.f64", [A: Def(Float), B: Use(Float)], "R[a] := the square root of R[b]";
    IntToFloat = 0x2f, "to.f64", [A: Def(Float), B: Use(Int)], "R[a] := the Float nearest to R[b]";
    FloatToInt = 0x30, "to.i64", [A: Def(Int), B: Use(Float)], "R[a] := R[b] without its fraction; traps on NaN and outside of Int";

    // Comparison into a Bool.
    NotBool = 0x38, "not.bool", [A: Def(Bool), B: Use(Bool)], "R[a] := not R[b]";
    EqWord = 0x39, "eq.word", [A: Def(Bool), B: Use(Word), C: Use(Word)], "R[a] := R[b] == R[c], of one type";
    NeWord = 0x3a, "ne.word", [A: Def(Bool), B: Use(Word), C: Use(Word)], "R[a] := R[b] != R[c], of one type";
    LtInt = 0x3b, "lt.i64", [A: Def(Bool), B: Use(Int), C: Use(Int)], "R[a] := R[b] < R[c]";
    LeInt = 0x3c, "le.i64", [A: Def(Bool), B: Use(Int), C: Use(Int)], "R[a] := R[b] <= R[c]";
    EqFloat = 0x3d, "eq.f64", [A: Def(Bool), B: Use(Float), C: Use(Float)], "R[a] := R[b] == R[c]";
    NeFloat = 0x3e, "ne.f64", [A: Def(Bool), B: Use(Float), C: Use(Float)], "R[a] := R[b] != R[c]";
    LtFloat = 0x3f, "lt.f64", [A: Def(Bool), B: Use(Float), C: Use(Float)], "R[a] := R[b] < R[c]";
    LeFloat = 0x40, "le.f64", [A: Def(Bool), B: Use(Float), C: Use(Float)], "R[a] := R[b] <= R[c]";
    Equal = 0x41, "equal", [A: Def(Bool), B: Use(Any), C: Use(Any)], "R[a] := R[b] and R[c], of one type without functions, are structurally equal; charges by size";
    Compare = 0x42, "compare", [A: Def(Int), B: Use(Any), C: Use(Any)], "R[a] := -1, 0 or 1 as R[b] is below, equal to or above R[c] structurally; charges by size";

    Same = 0x43, "same", [A: Def(Bool), B: Use(Any), C: Use(Any)], "R[a] := R[b] and R[c], of one type that is a struct, list, map, set or function, are one object";

    // Jumps. Offsets count from the next instruction.
    Jump = 0x48, "jump", [BC: Jump], "pc += bc";
    JumpTrue = 0x49, "jump.true", [A: Use(Bool), BC: Jump], "if R[a] then pc += bc";
    JumpFalse = 0x4a, "jump.false", [A: Use(Bool), BC: Jump], "if not R[a] then pc += bc";
    JumpEqWord = 0x4b, "jeq.word", [A: Use(Word), B: Use(Word), C: Jump], "if R[a] == R[b], of one type, then pc += c";
    JumpNeWord = 0x4c, "jne.word", [A: Use(Word), B: Use(Word), C: Jump], "if R[a] != R[b], of one type, then pc += c";
    JumpLtInt = 0x4d, "jlt.i64", [A: Use(Int), B: Use(Int), C: Jump], "if R[a] < R[b] then pc += c";
    JumpLeInt = 0x4e, "jle.i64", [A: Use(Int), B: Use(Int), C: Jump], "if R[a] <= R[b] then pc += c";
    JumpEqSmall = 0x4f, "jeqk.i64", [A: Use(Int), B: Imm, C: Jump], "if R[a] == b then pc += c";
    JumpNeSmall = 0x50, "jnek.i64", [A: Use(Int), B: Imm, C: Jump], "if R[a] != b then pc += c";
    JumpLtSmall = 0x51, "jltk.i64", [A: Use(Int), B: Imm, C: Jump], "if R[a] < b then pc += c";
    JumpLeSmall = 0x52, "jlek.i64", [A: Use(Int), B: Imm, C: Jump], "if R[a] <= b then pc += c";
    JumpGtSmall = 0x53, "jgtk.i64", [A: Use(Int), B: Imm, C: Jump], "if R[a] > b then pc += c";
    JumpGeSmall = 0x54, "jgek.i64", [A: Use(Int), B: Imm, C: Jump], "if R[a] >= b then pc += c";
    JumpEqFloat = 0x55, "jeq.f64", [A: Use(Float), B: Use(Float), C: Jump], "if R[a] == R[b] then pc += c";
    JumpNeFloat = 0x56, "jne.f64", [A: Use(Float), B: Use(Float), C: Jump], "if R[a] != R[b] then pc += c";
    JumpLtFloat = 0x57, "jlt.f64", [A: Use(Float), B: Use(Float), C: Jump], "if R[a] < R[b] then pc += c";
    JumpLeFloat = 0x58, "jle.f64", [A: Use(Float), B: Use(Float), C: Jump], "if R[a] <= R[b] then pc += c";
    JumpNotLtFloat = 0x59, "jnlt.f64", [A: Use(Float), B: Use(Float), C: Jump], "if not R[a] < R[b] then pc += c";
    JumpNotLeFloat = 0x5a, "jnle.f64", [A: Use(Float), B: Use(Float), C: Jump], "if not R[a] <= R[b] then pc += c";
    JumpTag = 0x5b, "jtag", [A: Use(Enum), B: Tag, C: Jump], "if tag(R[a]) == b then pc += c";
    JumpNotTag = 0x5c, "jntag", [A: Use(Enum), B: Tag, C: Jump], "if tag(R[a]) != b then pc += c";
    Switch = 0x5d, "switch", [A: Use(Enum), BC: Count], "pc += tag(R[a]); the bc words that follow are jumps, one for each variant";
    LoopLt = 0x5e, "loop.lt", [A: UseDef(Int), B: Use(Int), C: Jump], "R[a] := R[a] + 1, wrapping; if R[a] < R[b] then pc += c";
    LoopLe = 0x5f, "loop.le", [A: UseDef(Int), B: Use(Int), C: Jump], "if R[a] < R[b] then (R[a] := R[a] + 1; pc += c)";

    // Calls. The callee's frame begins right above the caller's registers; arguments are copied to its first ones.
    Args = 0x68, "args", [X: Count, A: Arg, B: Arg, C: Arg], "1 to 3 (x) more arguments of the instruction before; never executed by itself";
    Call = 0x69, "call", [A: Def(Any), XB: Func, C: Arg], "R[a] := F[xb](R[c], args…)";
    CallClosure = 0x6a, "call.fn", [A: Def(Any), B: Use(Fn), C: Arg], "R[a] := R[b](R[c], args…); captures follow the arguments in the callee's registers";
    CallHost = 0x6b, "call.host", [A: Def(Any), XB: Import, C: Arg], "R[a] := the host's answer to import xb of (R[c], args…); the agent yields until it comes";
    CallNative = 0x6c, "call.native", [A: Def(Any), XB: Native, C: Arg], "R[a] := native function xb of (R[c], args…)";
    Return = 0x6d, "return", [A: Use(Any)], "leaves the function with R[a] of its result type";
    Panic = 0x6e, "panic", [A: Use(Str)], "traps with the message R[a]";
    Unreachable = 0x6f, "unreachable", [], "traps; the compiler puts it where no run gets";

    // Structs, tuples, enums, cells, closures.
    New = 0x70, "new", [A: Def(Any), XB: Type, C: Arg], "R[a] := a struct or tuple of type xb with the fields (R[c], args…)";
    GetField = 0x71, "get", [A: Def(Any), B: Use(Any), C: Field], "R[a] := field c of the struct or tuple R[b]";
    SetField = 0x72, "set", [A: Use(Any), B: Field, C: Use(Any)], "field b of the struct R[a] := R[c]";
    NewVariant = 0x73, "variant", [A: Def(Enum), XB: Type, C: Tag], "R[a] := variant c of enum xb, with what it carries, if anything, in args…";
    GetPayload = 0x74, "payload", [A: Def(Any), B: Use(Enum), X: Field, C: Tag], "R[a] := field x of R[b], whose tag is c; traps if it is not";
    GetTag = 0x75, "tag", [A: Def(Int), B: Use(Enum)], "R[a] := tag(R[b])";
    NewCell = 0x76, "cell", [A: Def(Cell), XB: Type, C: Use(Any)], "R[a] := a cell of type xb holding R[c]";
    GetCell = 0x77, "cell.get", [A: Def(Any), B: Use(Cell)], "R[a] := what the cell R[b] holds";
    SetCell = 0x78, "cell.set", [A: Use(Cell), B: Use(Any)], "the cell R[a] holds R[b]";
    NewClosure = 0x79, "closure", [A: Def(Fn), XB: Func, C: Arg], "R[a] := function xb with the captures (R[c], args…)";

    // Lists. Indices count from 0; one out of range traps.
    NewList = 0x80, "list", [A: Def(List), XB: Type, C: Count], "R[a] := a list of type xb with the c elements in args…";
    FillList = 0x81, "list.fill", [A: Def(List), XB: Type], "R[a] := a list of type xb with, in args…, a length and the value of each element; charges by size";
    ListLen = 0x82, "list.len", [A: Def(Int), B: Use(List)], "R[a] := the length of R[b]";
    ListGet = 0x83, "list.get", [A: Def(Any), B: Use(List), C: Use(Int)], "R[a] := R[b][R[c]]";
    ListSet = 0x84, "list.set", [A: Use(List), B: Use(Int), C: Use(Any)], "R[a][R[b]] := R[c]";
    ListPush = 0x85, "list.push", [A: Use(List), B: Use(Any)], "appends R[b] to R[a]";
    ListPop = 0x86, "list.pop", [A: Def(Any), B: Use(List)], "R[a] := the last element of R[b], which is taken off; traps if there is none";
    ListInsert = 0x87, "list.insert", [A: Use(List), B: Use(Int), C: Use(Any)], "puts R[c] before index R[b] of R[a], or at its end; charges by size";
    ListRemove = 0x88, "list.remove", [A: Def(Any), B: Use(List), C: Use(Int)], "R[a] := R[b][R[c]], which is taken out; charges by size";
    ListTruncate = 0x89, "list.truncate", [A: Use(List), B: Use(Int)], "shortens R[a] to R[b] elements if it has more; traps if R[b] is negative";
    ListExtend = 0x8a, "list.extend", [A: Use(List), B: Use(List)], "appends all that R[b], of the same type, holds to R[a]; charges by size";
    ListSlice = 0x8b, "list.slice", [A: Def(List), B: Use(List), C: Use(Int)], "R[a] := a new list of R[b] from index R[c] up to but without the one in args; traps unless 0 <= from <= to <= length";

    // Strings and bytes.
    Concat = 0x90, "concat", [A: Def(Str), BC: Count], "R[a] := the bc strings in args…, joined; charges by size";
    Show = 0x91, "show", [A: Def(Str), B: Use(Any), XC: Type], "R[a] := R[b] of type xc, without functions, as text; charges by size";
    Join = 0x94, "join", [A: Def(Str), B: Use(List), C: Use(Str)], "R[a] := the elements of R[b], without functions, as text, joined with R[c] between them; charges by size";
    BytesLen = 0x92, "bytes.len", [A: Def(Int), B: Use(Bytes)], "R[a] := how many bytes R[b] has";
    BytesGet = 0x93, "bytes.get", [A: Def(Int), B: Use(Bytes), C: Use(Int)], "R[a] := the byte at index R[c] of R[b]; traps if it is out of range";

    // Maps and sets: tables. A place is an Int that stands for an entry as long as that is in its table; -1 is none.
    NewTable = 0xa0, "table", [A: Def(Table), XB: Type], "R[a] := an empty map or set of type xb";
    TableLen = 0xa1, "table.len", [A: Def(Int), B: Use(Table)], "R[a] := how many entries R[b] has";
    TableFind = 0xa2, "table.find", [A: Def(Int), B: Use(Table), C: Use(Any)], "R[a] := the place of the key R[c] in R[b], or -1; charges by size";
    TableKey = 0xa3, "table.key", [A: Def(Any), B: Use(Table), C: Use(Int)], "R[a] := the key at place R[c] of R[b]; traps if there is none";
    TableRemove = 0xa4, "table.remove", [A: Use(Table), B: Use(Int)], "takes the entry at place R[b] out of R[a]; traps if there is none";
    TableClear = 0xa5, "table.clear", [A: Use(Table)], "takes all entries out of R[a]";
    TableNext = 0xa6, "table.next", [A: UseDef(Int), B: Use(Table), C: Jump], "R[a] := the first place of R[b] behind place R[a], or -1; if there is one then pc += c; charges by removed entries passed";
    TablePlace = 0xa7, "table.place", [A: Def(Int), B: Use(Table), C: Use(Any)], "R[a] := the place of the key R[c] in R[b]; traps if there is none; charges by size";
    MapGet = 0xa8, "map.get", [A: Def(Any), B: Use(Map), C: Use(Any)], "R[a] := the value of the key R[c] in R[b]; traps if there is none; charges by size";
    MapSet = 0xa9, "map.set", [A: Use(Map), B: Use(Any), C: Use(Any)], "the value of the key R[b] in R[a] := R[c]; a new key goes to the end; charges by size";
    MapValue = 0xaa, "map.value", [A: Def(Any), B: Use(Map), C: Use(Int)], "R[a] := the value at place R[c] of R[b]; traps if there is none";
    MapPut = 0xab, "map.put", [A: Use(Map), B: Use(Int), C: Use(Any)], "the value at place R[b] of R[a] := R[c]; traps if there is none";
    SetAdd = 0xac, "set.add", [A: Def(Bool), B: Use(Set), C: Use(Any)], "R[a] := whether R[c] was not in R[b], to whose end it is then added; charges by size";

    // Agents and messages. What yields stays where it is until whoever drives the agent lets it go on.
    NewInbox = 0xb0, "inbox", [A: Def(Inbox), XB: Type], "R[a] := a new inbox of type xb";
    InboxAddr = 0xb1, "inbox.addr", [A: Def(Addr), B: Use(Inbox), XC: Type], "R[a] := the address, of type xc, of R[b]";
    InboxNumber = 0xb2, "inbox.number", [A: Def(Int), B: Use(Inbox)], "R[a] := the number of R[b], which no other inbox of this agent has or will have";
    InboxLen = 0xb3, "inbox.len", [A: Def(Int), B: Use(Inbox)], "R[a] := how many messages wait in R[b], or -1 if it is closed";
    CloseInbox = 0xb4, "inbox.close", [A: Use(Inbox)], "closes R[a]: its messages are dropped, and what is sent to it too";
    Receive = 0xb5, "receive", [A: Def(Any), B: Use(Inbox)], "R[a] := the next message of R[b], which is taken out; yields until there is one; traps if R[b] is closed; charges by size";
    InboxReady = 0xb6, "inbox.ready", [A: Def(Bool), B: Use(Inbox), C: Use(Int)], "R[a] := R[b] has a message; yields until it has, or R[c] milliseconds have passed, which the largest Int never have";
    InboxesReady = 0xb7, "inboxes.ready", [A: Def(Int), B: Use(List), C: Use(Int)], "R[a] := the index of the first of the inboxes whose numbers R[b] holds that has a message; yields until one has, or R[c] milliseconds have passed, which the largest Int never have, and then it is -1";
    Send = 0xb8, "send", [A: Def(Int), B: Use(Addr), C: Use(Any)], "sends R[c] to R[b]; yields until it has been taken in, which may mean to wait for room; R[a] := 0, or 1 if there is no such inbox; charges by size";
    SendUrgent = 0xb9, "send.urgent", [A: Def(Int), B: Use(Addr), C: Use(Any)], "as send, and R[c] overtakes what waits there without being urgent";
    TrySend = 0xba, "send.try", [A: Def(Int), B: Use(Addr), C: Use(Any)], "as send, but does not wait for room: R[a] is 2 if there is none";
    Spawn = 0xbb, "spawn", [A: Def(Addr), B: Use(Fn)], "R[a] := the address of the first inbox of a new agent, which calls R[b] with it; yields until that has begun; charges by size";
    CastAddr = 0xbc, "addr.cast", [A: Def(Addr), B: Use(Addr), XC: Type], "R[a] := R[b] as an address of type xc; what is sent to it is of the type that its inbox is for, or is refused";
}
