package io.weft.node.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.cfg.MutableCoercionConfig;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import java.io.IOException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          // What other members wrote must not steer a terminal: JSON itself lets U+009B stand.
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

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
      throw new ApiException(ErrorKind.USAGE, "the request body is not right: " + words(e), e);
    } catch (IOException e) {
      throw new ApiException(ErrorKind.USAGE, "the request body cannot be read", e);
    }
  }

  /** Reads an answer of an agent, which may know more keys than we do. */
  public static <T> T answer(byte[] json, Class<T> type) throws IOException {
    return TOLERANT.readValue(json, type);
  }

  /** What is wrong, in the words of JSON: Jackson's own name our classes. */
  private static String words(JsonProcessingException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown ->
          "it has no key '%s', only %s"
              .formatted(
                  path(unknown),
                  unknown.getKnownPropertyIds().stream()
                      .map(String::valueOf)
                      .sorted()
                      .collect(Collectors.joining(", ")));
      case JsonMappingException mapping when mapping.getPath().isEmpty() ->
          "it must be one object, with nothing after it";
      case MismatchedInputException wrong ->
          "'%s' must be %s".formatted(path(wrong), wanted(wrong.getTargetType()));
      case JsonMappingException mapping -> "'%s' cannot be read".formatted(path(mapping));
      default -> {
        JsonLocation at = e.getLocation();
        yield at == null
            ? "it is not JSON"
            : "it is not JSON (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
      }
    };
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream()
        .map(step -> step.getFieldName() == null ? "[]" : step.getFieldName())
        .collect(Collectors.joining("."));
  }

  private static String wanted(@Nullable Class<?> type) {
    if (type == String.class) {
      return "a text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return type != null && (type.isPrimitive() || Number.class.isAssignableFrom(type))
        ? "a whole number"
        : "an object";
  }
}
