package io.weft.vxlan.esp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Optional;

/**
 * AES-256-GCM of OpenSSL 3 through its EVP interface (EVP_EncryptInit(3)). The cipher context is
 * freed, and with it the key wiped, once this object is unreachable.
 */
@SuppressWarnings("restricted")
final class OpenSslAead implements Aead {
  private static final String LIBRARY = "libcrypto.so.3";

  /** EVP_CTRL_AEAD_GET_TAG and EVP_CTRL_AEAD_SET_TAG (openssl/evp.h). */
  private static final int GET_TAG = 0x10;

  private static final int SET_TAG = 0x11;
  private static final int CONTEXT_UNKNOWN_SIZE = 1;

  /**
   * The library's functions. Constants, because the compiler makes a direct call of a handle only
   * when it knows it; where the library is missing, the first use of this class fails.
   */
  private static final class Library {
    private static final SymbolLookup SYMBOLS = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    static final MethodHandle NEW = handle("EVP_CIPHER_CTX_new", FunctionDescriptor.of(ADDRESS));
    static final MethodHandle FREE =
        handle("EVP_CIPHER_CTX_free", FunctionDescriptor.ofVoid(ADDRESS));
    static final MethodHandle AES_256_GCM =
        handle("EVP_aes_256_gcm", FunctionDescriptor.of(ADDRESS));
    static final MethodHandle INIT =
        fast(
            "EVP_CipherInit_ex",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT));
    static final MethodHandle UPDATE =
        fast(
            "EVP_CipherUpdate",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT));
    static final MethodHandle FINAL =
        fast("EVP_CipherFinal_ex", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS));
    static final MethodHandle CONTROL =
        fast(
            "EVP_CIPHER_CTX_ctrl",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, JAVA_LONG));

    private static MethodHandle handle(String name, FunctionDescriptor shape) {
      return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), shape);
    }

    /** For calls of at most a few microseconds: without a thread state transition. */
    private static MethodHandle fast(String name, FunctionDescriptor shape) {
      return Linker.nativeLinker()
          .downcallHandle(SYMBOLS.findOrThrow(name), shape, Linker.Option.critical(false));
    }
  }

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment sealing;
  private final MemorySegment opening;
  private final MemorySegment written = arena.allocate(JAVA_INT);

  private OpenSslAead(byte[] key32) throws Throwable {
    sealing = context();
    opening = context();
    try (Arena wiped = Arena.ofConfined()) {
      MemorySegment key = wiped.allocateFrom(JAVA_BYTE, key32);
      MemorySegment cipher = (MemorySegment) Library.AES_256_GCM.invokeExact();
      init(sealing, cipher, key, MemorySegment.NULL, 1);
      init(opening, cipher, key, MemorySegment.NULL, 0);
      key.fill((byte) 0);
    }
  }

  private MemorySegment context() throws Throwable {
    MemorySegment raw = (MemorySegment) Library.NEW.invokeExact();
    if (raw.address() == 0) {
      throw new OutOfMemoryError("EVP_CIPHER_CTX_new");
    }
    return raw.reinterpret(
        CONTEXT_UNKNOWN_SIZE,
        arena,
        context -> {
          try {
            Library.FREE.invokeExact(context);
          } catch (Throwable t) {
            throw new AssertionError("EVP_CIPHER_CTX_free", t);
          }
        });
  }

  private void init(
      MemorySegment context,
      MemorySegment cipher,
      MemorySegment key,
      MemorySegment nonce,
      int encrypt)
      throws Throwable {
    must(
        "EVP_CipherInit_ex",
        (int) Library.INIT.invokeExact(context, cipher, MemorySegment.NULL, key, nonce, encrypt));
  }

  private void update(MemorySegment context, long out, long in, int length) throws Throwable {
    must("EVP_CipherUpdate", (int) Library.UPDATE.invokeExact(context, out, written, in, length));
  }

  private static void must(String call, int result) {
    if (result != 1) {
      throw new IllegalStateException("OpenSSL: " + call + " failed");
    }
  }

  @Override
  public void seal(
      MemorySegment nonce,
      MemorySegment aad,
      MemorySegment from,
      long at,
      int length,
      MemorySegment to,
      long toAt) {
    Aead.checkBounds(from, at, length, to, toAt, (long) length + Esp.ICV_BYTES);
    long in = from.address() + at;
    long out = to.address() + toAt;
    try {
      init(sealing, MemorySegment.NULL, MemorySegment.NULL, nonce, 1);
      update(sealing, 0L, aad.address(), (int) aad.byteSize());
      if (length > 0) {
        update(sealing, out, in, length);
      }
      must("EVP_CipherFinal_ex", (int) Library.FINAL.invokeExact(sealing, out + length, written));
      must(
          "EVP_CIPHER_CTX_ctrl",
          (int) Library.CONTROL.invokeExact(sealing, GET_TAG, Esp.ICV_BYTES, out + length));
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  @Override
  public boolean open(
      MemorySegment nonce,
      MemorySegment aad,
      MemorySegment from,
      long at,
      int length,
      MemorySegment to,
      long toAt) {
    Aead.checkBounds(from, at, (long) length + Esp.ICV_BYTES, to, toAt, length);
    long in = from.address() + at;
    long out = to.address() + toAt;
    try {
      init(opening, MemorySegment.NULL, MemorySegment.NULL, nonce, 0);
      update(opening, 0L, aad.address(), (int) aad.byteSize());
      if (length > 0) {
        update(opening, out, in, length);
      }
      must(
          "EVP_CIPHER_CTX_ctrl",
          (int) Library.CONTROL.invokeExact(opening, SET_TAG, Esp.ICV_BYTES, in + length));
      return (int) Library.FINAL.invokeExact(opening, out + length, written) == 1;
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  static final class Provider implements AeadProvider {
    private Provider() {}

    /** Empty where the library is not installed. */
    static Optional<Provider> load() {
      try {
        MethodHandles.lookup().ensureInitialized(Library.class);
        return Optional.of(new Provider());
      } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
        return Optional.empty();
      } catch (IllegalAccessException e) {
        throw new AssertionError("a nested class can be reached", e);
      }
    }

    @Override
    public String name() {
      return "OpenSSL (" + LIBRARY + ")";
    }

    @Override
    public Aead create(byte[] key32) {
      if (key32.length != 32) {
        throw new IllegalArgumentException("an AES-256 key has 32 bytes, not " + key32.length);
      }
      try {
        return new OpenSslAead(key32);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable t) {
        throw new AssertionError(t);
      }
    }
  }
}
