using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TrainingGuards.Packages.Tests;

/// <summary>Types and members as lines of text: one printer for what is used of TorchSharp and for what is shown of TrainingGuards.</summary>
internal static class Signatures
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The member that callers bind to: of the generic type itself, and the one that is overridden.</summary>
    public static MemberInfo Definition(MemberInfo member)
    {
        if (member is MethodInfo method) member = method.GetBaseDefinition();
        return member.DeclaringType is { IsConstructedGenericType: true } ? member.Module.ResolveMember(member.MetadataToken)! : member;
    }

    /// <summary>A type with its base, or a member with its parameters, their names and defaults.</summary>
    public static string Of(MemberInfo member) => member switch
    {
        Type type => $"{Kind(type)} {Name(type)}{(Base(type) is { } parent ? " : " + Name(parent) : "")}",
        ConstructorInfo { DeclaringType: { } type } when typeof(Delegate).IsAssignableFrom(type) => Of((MemberInfo)type),
        ConstructorInfo constructor => $"{Name(constructor.DeclaringType!)}..ctor({Parameters(constructor)})",
        MethodInfo method => Of(method, Name(method.DeclaringType!) + "."),
        FieldInfo field => $"{Name(field.DeclaringType!)}.{field.Name} : {Name(field.FieldType)}",
        _ => throw new ArgumentException($"There is no line for {member}, a {member.MemberType}.", nameof(member)),
    };

    /// <summary>All that an assembly shows: each type in a line, its members below it.</summary>
    public static string PublicApi(Assembly assembly) =>
        string.Concat(assembly.GetExportedTypes().OrderBy(Name, StringComparer.Ordinal).Select(type => Shown(type) + "\n" + string.Concat(Members(type).Order(StringComparer.Ordinal).Select(line => $"    {line}\n"))));

    private static string Shown(Type type)
    {
        // What a base brings along is its own to say.
        IEnumerable<Type> interfaces = type.IsEnum || type.BaseType == typeof(MulticastDelegate) ? [] : type.GetInterfaces().Except(type.BaseType?.GetInterfaces() ?? []).Where(one => one.IsVisible);
        string[] parents = [.. (Base(type) is { } parent ? [Name(parent)] : Array.Empty<string>()).Concat(interfaces.Select(Name).Order(StringComparer.Ordinal))];
        return $"{Kind(type)} {Name(type)}{(parents.Length > 0 ? " : " + string.Join(", ", parents) : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum) return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}");
        if (type.BaseType == typeof(MulticastDelegate)) return [Of(type.GetMethod("Invoke")!, "")];
        return type.GetConstructors(Declared).Where(one => !one.IsStatic && Visible(one)).Select(one => $".ctor({Parameters(one)})")
            .Concat(type.GetFields(Declared).Where(one => one.IsPublic || one.IsFamily || one.IsFamilyOrAssembly).Select(Shown))
            .Concat(type.GetProperties(Declared).Where(one => one.GetAccessors(nonPublic: true).Any(accessor => Visible(accessor) && accessor.GetBaseDefinition() == accessor)).Select(Shown))
            .Concat(type.GetEvents(Declared).Where(one => Visible(one.AddMethod!)).Select(one => $"event {one.Name} : {Name(one.EventHandlerType!)}"))
            .Concat(type.GetMethods(Declared).Where(one => Visible(one) && Own(one)).Select(one => Of(one, "")));
    }

    private static string Shown(FieldInfo field) =>
        $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{field.Name} : {Name(field.FieldType)}{(field.IsLiteral ? $" = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}" : "")}";

    private static string Shown(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. property.GetAccessors(nonPublic: true).Where(Visible)];
        string[] verbs = [.. accessors.Select(one => one.ReturnType == typeof(void) ? one.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;" : "get;")];
        string parameters = string.Join(", ", property.GetIndexParameters().Select(Parameter));
        return $"{Modifier(accessors[0])}{property.Name}{(parameters.Length > 0 ? $"[{parameters}]" : "")} {{ {string.Join(' ', verbs)} }} : {Name(property.PropertyType)}";
    }

    // Accessors are said with their properties; what the compiler writes for a record follows from it.
    private static bool Own(MethodInfo method) =>
        method.GetBaseDefinition() == method && !method.Name.Contains('.', StringComparison.Ordinal) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !method.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false);

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static Type? Base(Type type) => Kind(type).EndsWith("class", StringComparison.Ordinal) && type.BaseType != typeof(object) ? type.BaseType : null;

    private static string Of(MethodInfo method, string owner)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";
        return $"{Modifier(method)}{owner}{method.Name}{generic}({Parameters(method)}) : {Name(method.ReturnType)}";
    }

    private static string Modifier(MethodInfo method) => method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.IsVirtual && !method.IsFinal ? "virtual " : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string prefix = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : parameter.IsDefined(typeof(ParamArrayAttribute), inherit: false) ? "params " : "";
        string given = parameter.HasDefaultValue ? " = " + (parameter.RawDefaultValue is null or DBNull or Missing ? "default" : Convert.ToString(parameter.RawDefaultValue, CultureInfo.InvariantCulture)) : "";
        return $"{prefix}{Name(parameter.ParameterType)} {parameter.Name}{given}";
    }

    // TorchSharp.torch.nn.Module<T1, TResult>: arguments behind the type in the chain of nested ones that they belong to.
    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!);
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (type.IsGenericParameter) return type.Name;
        Type[] arguments = type.GetGenericArguments();
        int outer = type.DeclaringType?.GetGenericArguments().Length ?? 0;
        string before = type.DeclaringType is { } declaring ? Name(outer > 0 ? declaring.MakeGenericType(arguments[..outer]) : declaring) + "." : type.Namespace is { Length: > 0 } space ? space + "." : "";
        string own = type.Name.Split('`')[0];
        return arguments.Length > outer ? $"{before}{own}<{string.Join(", ", arguments[outer..].Select(Name))}>" : before + own;
    }
}
