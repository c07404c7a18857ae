package io.weft.security.keyring;

import io.weft.security.files.SecretFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * The gossip secrets on disk (0600, written whole): a head line with the format's version, lines
 * that name the epoch that seals and the revision, and a line for each epoch's secret.
 */
public final class KeyringFile {
  private static final String HEAD = "weft-gossip-keys 1";

  private KeyringFile() {}

  /**
   * Writes the secrets in place of those the file had.
   *
   * @throws IOException when the file cannot be written; the old ones are then still there
   */
  public static void save(Path file, GossipKeys keys) throws IOException {
    SecretFiles.write(file, encode(keys));
  }

  /**
   * Reads the secrets.
   *
   * @throws NoSuchFileException when there is no file
   * @throws IOException when it cannot be read, or is no keyring; the message names the file and
   *     the line, never a secret
   */
  public static GossipKeys load(Path file) throws IOException {
    try {
      return decode(SecretFiles.read(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is no gossip keyring: " + e.getMessage(), e);
    }
  }

  /** The same text as bytes, as it travels to a host that joins or was away, over TLS. */
  public static byte[] encode(GossipKeys keys) {
    StringBuilder text =
        new StringBuilder(HEAD)
            .append("\nseal ")
            .append(keys.sealEpoch())
            .append("\nrevision ")
            .append(keys.revision());
    keys.secrets()
        .forEach(
            (epoch, secret) ->
                text.append("\nkey ")
                    .append(epoch)
                    .append(' ')
                    .append(HexFormat.of().formatHex(secret)));
    return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Reads {@link #encode}'s text.
   *
   * @throws IllegalArgumentException when it is something else; the message names the line, never a
   *     secret
   */
  public static GossipKeys decode(byte[] text) {
    String[] lines = new String(text, StandardCharsets.US_ASCII).split("\n", -1);
    if (!lines[0].equals(HEAD)) {
      throw new IllegalArgumentException("line 1 is not '" + HEAD + "'");
    }
    int sealEpoch = -1;
    long revision = 0;
    TreeMap<Integer, byte[]> secrets = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] words = lines[i].split(" ", -1);
      try {
        if (words[0].equals("seal") && words.length == 2) {
          sealEpoch = Integer.parseInt(words[1]);
        } else if (words[0].equals("revision") && words.length == 2) {
          revision = Long.parseLong(words[1]);
        } else if (words[0].equals("key") && words.length == 3) {
          secrets.put(Integer.parseInt(words[1]), HexFormat.of().parseHex(words[2]));
        } else if (!lines[i].isEmpty()) {
          throw new IllegalArgumentException("unknown word");
        }
      } catch (IllegalArgumentException e) {
        // Its own message might repeat the secret.
        throw new IllegalArgumentException("line " + (i + 1) + " cannot be read");
      }
    }
    return new GossipKeys(secrets, sealEpoch, revision);
  }
}
