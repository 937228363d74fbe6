package dev.loom.gateway.provider;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks at eight bytes at once: what is asked about each byte of a long prompt must not cost as much as reading it. */
final class EightBytes {

    private static final VarHandle AT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;
    private static final long ONE_EACH = 0x0101010101010101L;

    private EightBytes() {}

    static long at(byte[] bytes, int index) {
        return (long) AT.get(bytes, index);
    }

    static boolean areAscii(long eight) {
        return (eight & ~LOW_BITS) == 0;
    }

    /** The highest bit of each byte that is this character of ASCII, and no other bit. */
    static long equal(long eight, char character) {
        long difference = eight ^ (character * ONE_EACH);
        return ~(((difference & LOW_BITS) + LOW_BITS) | difference | LOW_BITS);
    }

    /** As {@link #equal}, for a character with the bit 0x20 and the same one without it. */
    static long equalBut20(long eight, char character) {
        return equal(eight | (0x20 * ONE_EACH), character);
    }
}
