package io.weft.node.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A payload as JSON carries it: as text where it is text, else in Base64.
 *
 * @param text the payload, or Base64 of it
 * @param encoding {@link #TEXT} or {@link #BASE64}
 */
public record PayloadText(String text, String encoding) {
  /** UTF-8. */
  public static final String TEXT = "text";

  /** RFC 4648, section 4. */
  public static final String BASE64 = "base64";

  /** Of bytes that may be anything. */
  public static PayloadText of(byte[] payload) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      return new PayloadText(text, TEXT);
    } catch (CharacterCodingException e) {
      return new PayloadText(Base64.getEncoder().encodeToString(payload), BASE64);
    }
  }

  /** As people see it: Base64 is marked as such, so that it does not pass for text. */
  public static String shown(String payload, String encoding) {
    return encoding.equals(BASE64) ? BASE64 + ":" + payload : payload;
  }

  /**
   * The bytes of a payload in a request.
   *
   * @throws ApiException of kind USAGE when the encoding is another, or it is not so encoded
   */
  public static byte[] bytes(@Nullable String payload, @Nullable String encoding) {
    String text = payload == null ? "" : payload;
    if (encoding == null || encoding.equals(TEXT)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    if (!encoding.equals(BASE64)) {
      throw new ApiException(
          ErrorKind.USAGE, "encoding is 'text' or 'base64', not '" + encoding + "'");
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorKind.USAGE, "the payload is not Base64", e);
    }
  }
}
