using System;
using System.Runtime.InteropServices;
using System.Text;

namespace Verigator
{
    // Text between .NET and C. By hand, since not every runtime that this is for marshals UTF-8.
    internal static class Text
    {
        // A string as C reads it, with a NUL at its end; null stays null. The library refuses what is no
        // text to it: half of a surrogate pair, which has no UTF-8, keeps the bytes that it would have; a
        // NUL, which would end the text early, goes as two bytes by which the library knows it.
        internal static byte[] In(string value)
        {
            if (value == null)
            {
                return null;
            }
            var bytes = new byte[3 * value.Length + 1];
            int length = 0;
            for (int index = 0; index < value.Length; index++)
            {
                int rune = value[index];
                if (index + 1 < value.Length && char.IsSurrogatePair(value, index))
                {
                    rune = char.ConvertToUtf32(value, index++);
                }
                length = Append(bytes, length, rune);
            }
            Array.Resize(ref bytes, length + 1);
            return bytes;
        }

        private static int Append(byte[] bytes, int at, int rune)
        {
            if (rune != 0 && rune < 0x80)
            {
                bytes[at++] = (byte)rune;
                return at;
            }
            int following = rune < 0x800 ? 1 : rune < 0x10000 ? 2 : 3;
            int mark = 0xFF80 >> following & 0xFF;
            bytes[at++] = (byte)(mark | rune >> 6 * following);
            while (following-- > 0)
            {
                bytes[at++] = (byte)(0x80 | rune >> 6 * following & 0x3F);
            }
            return at;
        }

        // A copy of a string of the library, whose owner must be kept alive for it; null for NULL.
        internal static string Out(IntPtr text)
        {
            if (text == IntPtr.Zero)
            {
                return null;
            }
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
            {
                length++;
            }
            return Encoding.UTF8.GetString(Bytes(text, length));
        }

        // A copy of bytes of the library, whose owner must be kept alive for it; null for NULL.
        internal static byte[] Bytes(IntPtr bytes, int length)
        {
            if (bytes == IntPtr.Zero)
            {
                return null;
            }
            var copy = new byte[length];
            Marshal.Copy(bytes, copy, 0, length);
            return copy;
        }
    }
}
