package io.weft.chaos.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over what an image is made of. */
final class ContentHash {
  private final MessageDigest digest;

  ContentHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  ContentHash text(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    return this;
  }

  ContentHash file(Path file) {
    text(file.getFileName().toString());
    OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(sink);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  static String ofFile(Path file) {
    ContentHash hash = new ContentHash();
    OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), hash.digest);
    try (InputStream in = Files.newInputStream(file)) {
      in.transferTo(sink);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return hash.hex();
  }
}
