package io.weft.node.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;

/** JSON as the API speaks it. */
public final class Json {
  /** What comes from a user: unknown keys are refused, so that a typing error is noticed. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // What was meant by 1.5 where a whole number stands, or by 5 for a name, nobody knows.
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(LogicalType.Textual, Json::onlyText)
          .build();

  /** What comes from an agent: it may be newer and say more than we know. */
  private static final ObjectMapper TOLERANT =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Json() {}

  private static void onlyText(MutableCoercionConfig config) {
    config
        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
  }

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
      T read = STRICT.readValue(json, type);
      if (read == null) {
        throw new ApiException(ErrorKind.USAGE, "the request body is null; it must be an object");
      }
      return read;
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
