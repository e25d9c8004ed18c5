using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

public class RegistrationTests
{
    [Fact]
    public void RegisterComponents_latches()
    {
        using Late module = new();
        Assert.Equal(["first.factor"], Names(module));
    }

    [Fact]
    public void Modules_in_a_list_are_not_registered()
    {
        using Holder<List<Scale>> module = new([new(), new()]);
        Assert.Empty(module.parameters());
        Assert.Empty(module.named_modules());
    }

    [Fact]
    public void Modules_in_an_array_or_a_dictionary_are_not_registered()
    {
        using Holder<Scale[]> array = new([new()]);
        using Holder<Dictionary<string, Scale>> dictionary = new(new() { ["scale"] = new() });
        Assert.Empty(array.parameters());
        Assert.Empty(dictionary.parameters());
    }

    [Fact]
    public void A_tensor_field_is_a_buffer_even_if_it_requires_grad()
    {
        using Holder<Tensor> module = new(ones(2, requires_grad: true));
        Assert.Empty(module.parameters());
        Assert.Equal(["held"], module.named_buffers().Select(entry => entry.name));
    }

    [Fact]
    public void A_module_that_does_not_register_has_no_parameters_as_root()
    {
        using Unregistered module = new();
        Assert.Empty(module.parameters());
    }

    [Fact]
    public void A_module_that_does_not_register_is_registered_by_its_parent()
    {
        using Holder<Unregistered> module = new(new());
        Assert.Equal(["held.weight"], Names(module));
    }

    [Fact]
    public void A_module_that_does_not_register_has_no_parameters_in_Sequential()
    {
        using Sequential module = nn.Sequential(new Unregistered());
        Assert.Empty(module.parameters());
    }

    [Fact]
    public void A_base_that_registers_leaves_out_what_the_derived_constructor_assigns()
    {
        using DerivedConstructor module = new();
        Assert.Equal(["inherited.factor"], Names(module));
    }

    [Fact]
    public void A_base_that_registers_finds_what_derived_initializers_assign()
    {
        using DerivedInitializer module = new();
        Assert.Equal(["own.factor", "inherited.factor"], Names(module));
    }

    [Fact]
    public void A_derived_field_hides_the_base_field_of_its_name()
    {
        using Hiding module = new();
        Assert.Empty(module.parameters());
    }

    [Fact]
    public void Private_fields_of_base_classes_are_registered()
    {
        using DerivedInitializer module = new();
        Assert.Contains("inherited.factor", Names(module));
    }

    [Fact]
    public void Auto_properties_are_registered_under_their_backing_field()
    {
        using AutoProperty module = new();
        Assert.Equal(["<Weight>k__BackingField"], Names(module));
    }

    [Fact]
    public void A_parameter_in_two_fields_is_listed_once()
    {
        using TwoNames module = new();
        Assert.Equal(["first"], Names(module));
    }

    [Fact]
    public void ModuleDict_registers_its_entries_by_key()
    {
        using Holder<ModuleDict<Scale>> module = new(nn.ModuleDict(("a", new Scale()), ("b", new Scale())));
        Assert.Equal(["held.a.factor", "held.b.factor"], Names(module));
    }

    [Fact]
    public void ParameterList_and_ParameterDict_list_what_they_hold()
    {
        using Holder<ParameterList> list = new(nn.ParameterList(nn.Parameter(ones(1)), nn.Parameter(ones(2))));
        using Holder<ParameterDict> dictionary = new(nn.ParameterDict(("w", nn.Parameter(ones(1)))));
        Assert.Equal(["held.0", "held.1"], Names(list));
        Assert.Equal(["held.w"], Names(dictionary));
    }

    [Fact]
    public void register_module_refuses_dots_empty_names_and_names_that_are_taken()
    {
        using Holder<Scale> module = new(new());
        Assert.Throws<ArgumentException>(() => module.register_module("a.b", new Scale()));
        Assert.Throws<ArgumentException>(() => module.register_module("", new Scale()));
        Assert.Throws<InvalidOperationException>(() => module.register_module("held", new Scale()));
    }

    [Fact]
    public void Buffers_that_are_not_persistent_are_never_listed()
    {
        using Scale module = new();
        module.register_buffer("mean", zeros(1), persistent: false);
        Assert.Empty(module.buffers(include_nonpersistent: true));
        Assert.True(module.has_buffer("mean"));
    }

    [Fact]
    public void get_parameter_follows_dots_and_is_null_for_a_name_that_is_not_there()
    {
        using Holder<Scale> module = new(new());
        Assert.Same(module.Held.factor, module.get_parameter("held.factor"));
        Assert.Null(module.get_parameter("held.bias"));
    }

    [Fact]
    public void named_modules_lists_the_children_first()
    {
        using Holder<Holder<Scale>> module = new(new(new()));
        Assert.Equal(["held", "held.held"], module.named_modules().Select(entry => entry.name));
    }

    private static IEnumerable<string> Names(nn.Module module) => module.named_parameters().Select(entry => entry.name);

    private sealed class Late : nn.Module
    {
        private readonly Scale first = new();
        private Scale? second;

        public Late() : base("Late")
        {
            RegisterComponents();
            second = new();
            RegisterComponents();
            second = first.training ? second : null;
        }
    }

    private class Registering : nn.Module
    {
        private readonly Scale inherited = new();

        public Registering() : base("Registering") => RegisterComponents();

        public Scale Inherited => inherited;
    }

    private sealed class DerivedConstructor : Registering
    {
        private readonly Scale own;

        public DerivedConstructor()
        {
            own = new();
            RegisterComponents();
        }

        public Scale Own => own;
    }

    private sealed class DerivedInitializer : Registering
    {
        private readonly Scale own = new();

        public Scale Own => own;
    }

    private sealed class Hiding : Registering
    {
        private readonly string inherited = "hides the module";

        public string Hidden => inherited;
    }

    private sealed class AutoProperty : nn.Module
    {
        public AutoProperty() : base("AutoProperty") => RegisterComponents();

        public Parameter Weight { get; } = nn.Parameter(ones(1));
    }

    private sealed class TwoNames : nn.Module
    {
        private readonly Parameter first = nn.Parameter(ones(1));
        private readonly Parameter second;

        public TwoNames() : base("TwoNames")
        {
            second = first;
            RegisterComponents();
        }

        public Parameter Second => second;
    }
}
