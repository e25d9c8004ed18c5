using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.Modules;

/// <summary>Which fields RegisterComponents finds, and when a container registers its items.</summary>
public class RegisteredFieldsTests
{
    [Fact]
    public void Public_private_and_readonly_fields_are_registered()
    {
        using Visibilities module = new();
        Assert.Equal(["closed", "fixedOne", "open"], module.named_parameters().Select(entry => entry.name).Order());
    }

    [Fact]
    public void Static_fields_are_not_registered()
    {
        using Static module = new();
        Assert.Empty(module.parameters());
    }

    [Fact]
    public void A_sequence_of_modules_is_not_registered()
    {
        Scale[] scales = [new(), new()];
        using Holder<IEnumerable<Scale>> module = new(scales.Where(scale => scale.training));
        Assert.Empty(module.parameters());
    }

    [Fact]
    public void A_list_of_two_linear_layers_has_no_parameters()
    {
        using Holder<List<Linear>> module = new([nn.Linear(2, 2), nn.Linear(2, 2)]);
        Assert.Empty(module.parameters());
    }

    [Fact]
    public void An_override_of_RegisterComponents_is_called_in_its_place()
    {
        using ByHand module = new();
        Assert.Equal(["by_hand"], module.named_parameters().Select(entry => entry.name));
    }

    [Fact]
    public void register_module_registers_the_components_of_the_child()
    {
        using ByHand parent = new();
        Unregistered child = new();
        Assert.Empty(child.parameters());
        parent.register_module("child", child);
        Assert.Single(child.parameters());
    }

    [Fact]
    public void Sequential_does_not_register_the_components_of_its_children()
    {
        Unregistered child = new();
        using Sequential module = nn.Sequential(("child", child));
        Assert.Equal(["child"], module.named_children().Select(entry => entry.name));
        Assert.Empty(child.parameters());
    }

    [Fact]
    public void ModuleList_ignores_items_added_inserted_and_set_after_its_registration()
    {
        ModuleList<Scale> list = nn.ModuleList(new Scale(1));
        using Holder<ModuleList<Scale>> module = new(list);
        list.Add(new Scale(2));
        list.Insert(0, new Scale(3));
        list[1] = new Scale(4);
        Assert.Equal(3, list.Count);
        Assert.Equal([1f], module.parameters().Select(parameter => parameter.item<float>()));
    }

    [Fact]
    public void ModuleList_registers_items_added_before_its_registration()
    {
        ModuleList<Scale> list = nn.ModuleList(new Scale());
        list.Add(new Scale());
        using Holder<ModuleList<Scale>> module = new(list);
        Assert.Equal(2, module.parameters().Count());
    }

    private sealed class Visibilities : nn.Module
    {
        public Parameter open = nn.Parameter(ones(1));
        public readonly Parameter fixedOne = nn.Parameter(ones(1));
        private Parameter closed = nn.Parameter(ones(1));

        public Visibilities() : base("Visibilities") => RegisterComponents();

        public void Replace() => closed = open;
    }

    private sealed class Static : nn.Module
    {
        private static readonly Scale Shared = new();

        public Static() : base("Static") => RegisterComponents();

        public override string GetName() => $"{base.GetName()}, {Shared.GetName()}";
    }

    private sealed class ByHand : nn.Module
    {
        private readonly Parameter left = nn.Parameter(ones(1));

        public ByHand() : base("ByHand") => RegisterComponents();

        protected override void RegisterComponents()
        {
            if (!has_parameter("by_hand")) register_parameter("by_hand", left);
        }
    }
}
