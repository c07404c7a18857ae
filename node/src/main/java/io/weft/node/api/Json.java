package io.weft.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;

/** JSON as the API speaks it. */
public final class Json {
  /** What comes from a user: unknown keys are refused, so that a typing error is noticed. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** What comes from an agent: it may be newer and say more than we know. */
  private static final ObjectMapper TOLERANT =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Json() {}

  /** The object as JSON in one line. */
  public static byte[] bytes(Object value) {
    try {
      return TOLERANT.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not writable as JSON: " + value.getClass(), e);
    }
  }

  /** The object as JSON in one line. */
  public static String line(Object value) {
    return new String(bytes(value), java.nio.charset.StandardCharsets.UTF_8);
  }

  /**
   * Reads a request.
   *
   * @throws ApiException of kind USAGE that says what does not fit
   */
  public static <T> T request(byte[] json, Class<T> type) {
    try {
      return STRICT.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new ApiException(
          ErrorKind.USAGE,
          "the request body is not right: " + firstLine(e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new ApiException(ErrorKind.USAGE, "the request body cannot be read", e);
    }
  }

  /** Reads an answer of an agent, which may know more keys than we do. */
  public static <T> T answer(byte[] json, Class<T> type) throws IOException {
    return TOLERANT.readValue(json, type);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }
}
