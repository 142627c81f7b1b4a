%% The same as the programs in Mob beside this: prints microseconds and a count.
-module(agents).
-export([main/1]).

-define(AGENTS, 1000000).
-define(ROUNDS, 1000000).
-define(RING, 1000).
-define(RING_ROUNDS, 3000).
-define(MESSAGES, 5000000).
-define(CALLS, 500000).

main(["idle"]) ->
    Start = now_us(),
    repeat(?AGENTS, fun() -> spawn(fun() -> receive N -> N end end) end),
    said(Start, ?AGENTS),
    timer:sleep(600000);
main(["ping_pong"]) ->
    Home = self(),
    Partner = spawn(fun() -> pong(Home) end),
    Start = now_us(),
    ?ROUNDS = ping(Partner, 0, ?ROUNDS),
    said(Start, 2 * ?ROUNDS);
main(["ring"]) ->
    Next = lists:foldl(fun(_, To) -> spawn(fun() -> hand_on(To) end) end, self(), lists:seq(2, ?RING)),
    Start = now_us(),
    Total = ?RING * ?RING_ROUNDS,
    Total = around(Next, 0, ?RING_ROUNDS),
    said(Start, Total);
main(["flood"]) ->
    Home = self(),
    Sink = spawn(fun() -> Home ! {sum, sum(?MESSAGES, 0)} end),
    Start = now_us(),
    pour(Sink, 0),
    receive {sum, Sum} -> Sum = ?MESSAGES * (?MESSAGES - 1) div 2 end,
    said(Start, ?MESSAGES);
main(["calls"]) ->
    Server = spawn(fun() -> serve(#{}) end),
    Server ! {put, <<"apple">>, 3},
    Start = now_us(),
    repeat(?CALLS, fun() -> {ok, 3} = call(Server, <<"apple">>) end),
    said(Start, ?CALLS).

now_us() -> erlang:monotonic_time(microsecond).

said(Start, Count) -> io:format("~b ~b~n", [now_us() - Start, Count]).

repeat(0, _) -> ok;
repeat(N, F) -> F(), repeat(N - 1, F).

pong(Home) -> receive N -> Home ! N + 1, pong(Home) end.

ping(_, N, 0) -> N;
ping(Partner, N, Left) -> Partner ! N, receive M -> ping(Partner, M, Left - 1) end.

hand_on(To) -> receive Token -> To ! Token + 1, hand_on(To) end.

around(_, Token, 0) -> Token;
around(Next, Token, Left) -> Next ! Token, receive Back -> around(Next, Back + 1, Left - 1) end.

sum(0, Sum) -> Sum;
sum(Left, Sum) -> receive N -> sum(Left - 1, Sum + N) end.

pour(_, ?MESSAGES) -> ok;
pour(Sink, N) -> Sink ! N, pour(Sink, N + 1).

serve(Items) ->
    receive
        {get, Key, From, Tag} -> From ! {Tag, maps:find(Key, Items)}, serve(Items);
        {put, Key, Value} -> serve(Items#{Key => Value})
    end.

%% As gen_server:call does it.
call(Server, Key) ->
    Monitor = erlang:monitor(process, Server, [{alias, demonitor}]),
    Server ! {get, Key, Monitor, Monitor},
    receive
        {Monitor, Answer} -> erlang:demonitor(Monitor, [flush]), Answer;
        {'DOWN', Monitor, _, _, Reason} -> exit(Reason)
    after 10000 -> erlang:demonitor(Monitor, [flush]), exit(timeout)
    end.
