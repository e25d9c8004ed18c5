#if MANAGED_TORCH
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace ManagedTorch.Tests.TensorBoard;

/// <summary>Event files as TensorBoard reads them: the frames of TensorFlow's records around protocol buffers.</summary>
public sealed class SummaryWriterTests
{
    [Fact]
    public void The_checksum_is_Castagnolis() => Assert.Equal(0xE3069283u, EventRecord.Crc("123456789"u8));

    // The CRC-32C of eight zeros is 0x8C28B28A, and that of nothing is 0.
    [Fact]
    public void An_empty_record_has_its_masked_checksums()
    {
        static uint Mask(uint crc) => ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
        byte[] record = EventRecord.Of([]);
        Assert.Equal(new byte[8], record[..8]);
        Assert.Equal(Mask(0x8C28B28A), BitConverter.ToUInt32(record, 8));
        Assert.Equal(Mask(0), BitConverter.ToUInt32(record, 12));
        Assert.Equal(16, record.Length);
    }

    [Fact]
    public void A_scalar_is_this_message() => Assert.Equal(
        // wall_time = 1.0, step = 300, summary { value { tag: "loss", simple_value: 0.5 } }
        "09000000000000F03F10AC022A0D0A0B0A046C6F7373150000003F",
        Convert.ToHexString(EventMessage.OfScalar(1.0, 300, "loss", 0.5f)));

    [Fact]
    public void A_file_has_its_version_and_then_each_scalar()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var writer = utils.tensorboard.SummaryWriter(folder, filename_suffix: ".mine");
            writer.add_scalar("loss", 0.5f, 1, walltime: 7);
            writer.add_scalar("loss", 0.25f, 2, walltime: 8);
            Assert.Equal(folder, writer.LogDir);
            string file = Assert.Single(Directory.GetFiles(folder));
            Assert.Contains(".tfevents.", file, StringComparison.Ordinal);
            Assert.EndsWith(".mine", file, StringComparison.Ordinal);
            List<byte[]> records = Records(File.ReadAllBytes(file));
            Assert.Equal(3, records.Count);
            Assert.Contains("brain.Event:2", Encoding.ASCII.GetString(records[0]), StringComparison.Ordinal);
            Assert.Equal(EventMessage.OfScalar(7, 1, "loss", 0.5f), records[1]);
            Assert.Equal(EventMessage.OfScalar(8, 2, "loss", 0.25f), records[2]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<byte[]> Records(byte[] file)
    {
        var records = new List<byte[]>();
        for (int at = 0; at < file.Length;)
        {
            int length = (int)BitConverter.ToInt64(file, at);
            records.Add(file[(at + 12)..(at + 12 + length)]);
            Assert.Equal(EventRecord.Of(records[^1]), file[at..(at + 16 + length)]);
            at += 16 + length;
        }
        return records;
    }
}
#endif
