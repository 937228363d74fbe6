package dev.loom.gateway.config;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that belong to one's own network, machine or link, or to nobody, by IANA's registries of special addresses. A URL
 * from outside must not lead there.
 */
public final class PrivateNetworks {

    /** Network and bits: RFC 1918, 6598, 3927, 1122, 6890, 2544, 5771, 1112. */
    private static final int[][] IPV4 = {
        {0, 0, 8},
        {10, 0, 8},
        {100, 64, 10},
        {127, 0, 8},
        {169, 254, 16},
        {172, 16, 12},
        {192, 0, 24},
        {192, 168, 16},
        {198, 18, 15},
        {224, 0, 4},
        {240, 0, 4}
    };

    private PrivateNetworks() {}

    public static boolean include(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? includeIpv4(bytes) : includeIpv6(address, bytes);
    }

    /** Compares prefixes. Only the first two bytes of each network differ from 0. */
    private static boolean includeIpv4(byte[] bytes) {
        int value = number(bytes);
        for (int[] network : IPV4) {
            int begin = network[0] << 24 | network[1] << 16;
            if ((value ^ begin) >>> (32 - network[2]) == 0) {
                return true;
            }
        }
        return false;
    }

    private static int number(byte[] bytes) {
        int value = 0;
        for (byte each : bytes) {
            value = value << 8 | (each & 0xff);
        }
        return value;
    }

    private static boolean includeIpv6(InetAddress address, byte[] bytes) {
        boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc;
        InetAddress inside = inside(bytes);
        return address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal
                || (inside != null && include(inside));
    }

    /** The address of IPv4 that one of IPv6 leads to: mapped, compatible, NAT64, 6to4, Teredo; null for others. */
    private static @Nullable InetAddress inside(byte[] bytes) {
        int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
        int second = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        if (first == 0x2002) {
            return ipv4(bytes, 2, 0);
        }
        if (first == 0x2001 && second == 0) {
            return ipv4(bytes, 12, 0xff);
        }
        boolean nat64 = first == 0x64 && second == 0xff9b;
        return nat64 || isZero(bytes, 10) ? ipv4(bytes, 12, 0) : null;
    }

    private static boolean isZero(byte[] bytes, int length) {
        return Arrays.equals(bytes, 0, length, new byte[length], 0, length);
    }

    /** @param mask 0xff where the bits are inverted, as in Teredo */
    private static InetAddress ipv4(byte[] bytes, int from, int mask) {
        byte[] inner = Arrays.copyOfRange(bytes, from, from + 4);
        for (int i = 0; i < inner.length; i++) {
            inner[i] ^= (byte) mask;
        }
        try {
            return Inet4Address.getByAddress(inner);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("It has four bytes", e);
        }
    }
}
