using System.Reflection;
using System.Reflection.Emit;
using TrainingGuards.Localisation;
using static TorchSharp.torch;

namespace TrainingGuards.Decoding;

/// <summary>Follows what modules in fields return through a method's stack and locals, to the activation functions that take it.</summary>
/// <remarks>
/// On straight code alone: behind a branch, and where two paths meet, nothing is known. What anything else takes too, as the product of a value and its sigmoid, is no activation's alone and is left out.
/// </remarks>
internal sealed class OutputFlow
{
    // What arranges numbers anew and changes none.
    private static readonly string[] Arranging = ["view", "reshape", "flatten", "unflatten", "squeeze", "unsqueeze", "transpose", "permute", "movedim", "contiguous", "alias"];

    private static readonly Dictionary<StackBehaviour, int> Counts = new()
    {
        [StackBehaviour.Pop0] = 0, [StackBehaviour.Push0] = 0,
        [StackBehaviour.Pop1] = 1, [StackBehaviour.Popi] = 1, [StackBehaviour.Popref] = 1,
        [StackBehaviour.Pop1_pop1] = 2, [StackBehaviour.Popi_pop1] = 2, [StackBehaviour.Popi_popi] = 2, [StackBehaviour.Popi_popi8] = 2,
        [StackBehaviour.Popi_popr4] = 2, [StackBehaviour.Popi_popr8] = 2, [StackBehaviour.Popref_pop1] = 2, [StackBehaviour.Popref_popi] = 2,
        [StackBehaviour.Popi_popi_popi] = 3, [StackBehaviour.Popref_popi_popi] = 3, [StackBehaviour.Popref_popi_popi8] = 3, [StackBehaviour.Popref_popi_popr4] = 3,
        [StackBehaviour.Popref_popi_popr8] = 3, [StackBehaviour.Popref_popi_popref] = 3, [StackBehaviour.Popref_popi_pop1] = 3,
        [StackBehaviour.Push1] = 1, [StackBehaviour.Pushi] = 1, [StackBehaviour.Pushi8] = 1, [StackBehaviour.Pushr4] = 1, [StackBehaviour.Pushr8] = 1, [StackBehaviour.Pushref] = 1,
        [StackBehaviour.Push1_push1] = 2,
    };

    private readonly MethodBase _method;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<int, object?> _locals = [];
    private readonly Dictionary<int, int> _lastLoad = [];
    private readonly Dictionary<int, int> _depths = [];
    private readonly List<(Output Of, ActivationSite Site)> _found = [];
    private bool _lost;

    public OutputFlow(MethodBase method)
    {
        _method = method;
        Instruction[] all = [.. MethodInstructions.Of(method)];
        if (all.Length == 0 || all.Any(at => at.Code == OpCodes.Calli || at.Code == OpCodes.Jmp)) return;
        foreach (Instruction at in all.Where(at => at.Code.Name!.StartsWith("ldloc", StringComparison.Ordinal) || at.Code.Name.StartsWith("ldarg", StringComparison.Ordinal))) _lastLoad[Key(at)] = at.Offset;
        var targets = all.SelectMany(at => at.Targets).ToHashSet();
        foreach (ExceptionHandlingClause clause in method.GetMethodBody()!.ExceptionHandlingClauses)
        {
            targets.Add(clause.HandlerOffset);
            _depths[clause.HandlerOffset] = clause.Flags is ExceptionHandlingClauseOptions.Clause or ExceptionHandlingClauseOptions.Filter ? 1 : 0;
            if (clause.Flags != ExceptionHandlingClauseOptions.Filter) continue;
            targets.Add(clause.FilterOffset);
            _depths[clause.FilterOffset] = 1;
        }
        bool goesOn = true;
        foreach (Instruction at in all)
        {
            if (targets.Contains(at.Offset) || !goesOn) Forget(at.Offset, goesOn ? _stack.Count : _depths.GetValueOrDefault(at.Offset));
            Step(at);
            if (_lost) return;
            int depth = at.Code.FlowControl is FlowControl.Branch && at.Code.Name!.StartsWith("leave", StringComparison.Ordinal) ? 0 : _stack.Count;
            foreach (int target in at.Targets) _depths.TryAdd(target, depth);
            if (at.Code.FlowControl == FlowControl.Cond_Branch) Forget(at.Offset, _stack.Count);
            goesOn = at.Code.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw);
        }
    }

    /// <summary>Where an activation takes a module's output, and nothing else does.</summary>
    public IEnumerable<ActivationSite> Sites => _lost ? [] : _found.Where(one => one.Of.Taken == 1).Select(one => one.Site);

    // What stays in a local or on the stack is taken behind, by what is not followed.
    private void Forget(int offset, int depth)
    {
        foreach (object? value in _stack) Take(value);
        foreach ((int index, object? value) in _locals)
            if (_lastLoad.GetValueOrDefault(index, -1) > offset || BackTo(offset)) Take(value);
        _locals.Clear();
        _stack.Clear();
        _stack.AddRange(Enumerable.Repeat<object?>(null, depth));
    }

    // A loop comes back to loads that stand before.
    private bool BackTo(int offset) => MethodInstructions.Of(_method).Any(at => at.Offset >= offset && at.Targets.Any(target => target <= offset));

    private void Step(Instruction at)
    {
        OpCode code = at.Code;
        string name = code.Name!;
        if (code == OpCodes.Ldarg_0 && !_method.IsStatic) _stack.Add(This.Instance);
        else if (at.Constant is { } constant) _stack.Add(constant);
        else if (code == OpCodes.Conv_R4 || code == OpCodes.Conv_R8 || code == OpCodes.Conv_I8) _stack.Add(Pop() as double?);
        else if (name.StartsWith("ldloca", StringComparison.Ordinal) || name.StartsWith("ldarga", StringComparison.Ordinal))
        {
            Take(_locals.GetValueOrDefault(Key(at)));
            _locals.Remove(Key(at));
            _stack.Add(null);
        }
        else if (name.StartsWith("ldloc", StringComparison.Ordinal) || name.StartsWith("ldarg", StringComparison.Ordinal)) _stack.Add(_locals.GetValueOrDefault(Key(at)));
        else if (name.StartsWith("stloc", StringComparison.Ordinal) || name.StartsWith("starg", StringComparison.Ordinal)) _locals[Key(at)] = Pop();
        else if (code == OpCodes.Dup)
        {
            object? value = Pop();
            _stack.AddRange([value, value]);
        }
        else if (code == OpCodes.Pop) Pop();
        else if (code == OpCodes.Ldfld) _stack.Add(Pop() is This && MethodInstructions.Field(_method, at) is { } field && typeof(nn.Module).IsAssignableFrom(field.FieldType) ? field : null);
        else if (code == OpCodes.Call || code == OpCodes.Callvirt || code == OpCodes.Newobj) Call(at);
        else if (code == OpCodes.Ret)
        {
            if (_method is MethodInfo { ReturnType: var type } && type != typeof(void)) Take(Pop());
        }
        else if (!Counts.TryGetValue(code.StackBehaviourPop, out int popped) || !Counts.TryGetValue(code.StackBehaviourPush, out int pushed)) _lost = true;
        else
        {
            for (int i = 0; i < popped; i++) Take(Pop());
            _stack.AddRange(Enumerable.Repeat<object?>(null, pushed));
        }
    }

    private void Call(Instruction at)
    {
        if (MethodInstructions.Method(_method, at) is not { } callee)
        {
            _lost = true;
            return;
        }
        bool isNew = at.Code == OpCodes.Newobj;
        object?[] given = new object?[callee.GetParameters().Length + (callee.IsStatic || isNew ? 0 : 1)];
        for (int i = given.Length - 1; i >= 0; i--) given[i] = Pop();
        object? result = isNew ? null : Returned(at, callee, given);
        if (isNew || callee is MethodInfo { ReturnType: var type } && type != typeof(void)) _stack.Add(result);
    }

    private object? Returned(Instruction at, MethodBase callee, object?[] given)
    {
        bool isTorch = callee.DeclaringType?.Assembly == typeof(Tensor).Assembly;
        if (isTorch && given is [FieldInfo held, ..] && callee is { IsStatic: false, Name: "call" } && callee is MethodInfo { ReturnType: var type } && type == typeof(Tensor))
        {
            foreach (object? value in given[1..]) Take(value);
            return new Value(new Output(held), 1, 0);
        }
        if (callee.Name == "op_Implicit" && given is [double constant]) return constant;
        if (isTorch && given is [Value input, ..] && ActivationKind.OfFunction(callee) is { } kind)
        {
            _found.Add((input.Of, new(input.Of.Field, callee.Name, kind, input.Scale, input.Shift, _method, at.Offset)));
            Take(input);
            return null;
        }
        if (isTorch && given is [Value arranged, ..] && Arranging.Contains(callee.Name) && !given.Skip(1).OfType<Value>().Any()) return arranged;
        if (isTorch && Scaled(callee.Name, given) is { } scaled) return scaled;
        foreach (object? value in given) Take(value);
        return null;
    }

    private static Value? Scaled(string name, object?[] given) => (name, given) switch
    {
        ("op_Multiply" or "mul", [Value x, double by]) => x.Times(by),
        ("op_Multiply", [double by, Value x]) => x.Times(by),
        ("op_Division" or "div", [Value x, double by]) when by != 0 => x.Times(1 / by),
        ("op_Addition" or "add", [Value x, double by]) => x.Plus(by),
        ("op_Addition", [double by, Value x]) => x.Plus(by),
        ("op_Subtraction" or "sub", [Value x, double by]) => x.Plus(-by),
        ("op_Subtraction", [double by, Value x]) => x.Times(-1).Plus(by),
        ("op_UnaryNegation" or "neg", [Value x]) => x.Times(-1),
        _ => null,
    };

    // Arguments are numbered below the locals.
    private static int Key(Instruction at) => at.Code.Name!.Contains("arg", StringComparison.Ordinal) ? -1 - at.Index : at.Index;

    private object? Pop()
    {
        if (_stack.Count == 0) return null;
        object? top = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return top;
    }

    private static void Take(object? value)
    {
        if (value is Value { Of: var output }) output.Taken++;
    }

    private sealed class This
    {
        public static readonly This Instance = new();
    }

    private sealed class Output(FieldInfo field)
    {
        public FieldInfo Field { get; } = field;

        public int Taken { get; set; }
    }

    private sealed record Value(Output Of, double Scale, double Shift)
    {
        public Value Times(double by) => this with { Scale = Scale * by, Shift = Shift * by };

        public Value Plus(double by) => this with { Shift = Shift + by };
    }
}
