package com.messente.verigator;

/** Which version this is. */
public class BuildVersion {
    /** Makes nothing of use: the method is static. */
    public BuildVersion() {}

    /**
     * Returns the version of this library, which is that of the native library in it.
     *
     * @return such as {@code "1.0.0"}
     * @throws UnsatisfiedLinkError if the native library cannot be loaded
     */
    public static String getBuildVersion() {
        NativeLibrary.load();
        return Native.version();
    }
}
