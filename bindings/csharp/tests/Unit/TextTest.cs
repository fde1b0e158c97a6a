using NUnit.Framework;

namespace Verigator.Tests
{
    [TestFixture]
    public class TextTest
    {
        [TestCase("", new byte[] { 0 })]
        [TestCase("a", new byte[] { 0x61, 0 })]
        [TestCase("ü", new byte[] { 0xC3, 0xBC, 0 })]
        [TestCase("€", new byte[] { 0xE2, 0x82, 0xAC, 0 })]
        [TestCase("😀", new byte[] { 0xF0, 0x9F, 0x98, 0x80, 0 })]
        [TestCase("\0", new byte[] { 0xC0, 0x80, 0 })]
        [TestCase(null, null)]
        public void TextGoesInAsTheLibraryReadsIt(string text, byte[] bytes)
        {
            Assert.AreEqual(bytes, Text.In(text));
        }

        // It has no UTF-8, so that it cannot stand in an attribute either.
        [Test]
        public void HalfOfAPairKeepsItsBytes()
        {
            Assert.AreEqual(new byte[] { 0xED, 0xA0, 0x80, 0x78, 0 }, Text.In("\ud800x"));
            Assert.AreEqual(new byte[] { 0xED, 0xB0, 0x80, 0 }, Text.In("\udc00"));
        }
    }
}
