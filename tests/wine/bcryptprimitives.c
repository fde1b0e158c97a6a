/* What Rust's standard library wants of Windows' bcryptprimitives.dll, which Wine 8 does not have:
 * without it a program ends in silence. For the trials under Wine only; it is not shipped. */
#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

/* RtlGenRandom. */
BOOLEAN NTAPI SystemFunction036(PVOID bytes, ULONG length);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
    while (length > 0) {
        ULONG part = length < MAXDWORD ? (ULONG)length : MAXDWORD;
        if (!SystemFunction036(bytes, part)) {
            return false;
        }
        bytes += part;
        length -= part;
    }
    return true;
}
