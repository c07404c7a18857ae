package io.weft.raft.mend;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps Kryo and a statistics library out: each is used in one narrow place, where a small class of
 * ours has the same methods. Kryo's deserialiser is attack surface on bytes from peers and disks,
 * and needs the JDK's insides opened. Works on the names in the constant pool, through which every
 * other part of a class file refers to types.
 */
public final class RenameLibraries implements Mend {
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("io/atomix/utils/serializer/Namespace", "io/weft/raft/EntryCodec");
    NAMES.put("com/esotericsoftware/kryo/KryoException", "java/nio/BufferOverflowException");
    NAMES.put(
        "org/apache/commons/math3/stat/descriptive/DescriptiveStatistics",
        "io/weft/raft/MeanWindow");
  }

  private static final int MAGIC = 0xCAFEBABE;

  @Override
  public byte[] apply(ClassFile classFile, ClassModel model, byte[] original) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(original.length);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(original));
        DataOutputStream out = new DataOutputStream(bytes)) {
      if (in.readInt() != MAGIC) {
        throw new IllegalStateException("not a class file");
      }
      out.writeInt(MAGIC);
      out.writeInt(in.readInt()); // minor and major version
      copyPool(in, out);
      in.transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void copyPool(DataInputStream in, DataOutputStream out) throws IOException {
    int count = in.readUnsignedShort();
    out.writeShort(count);
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      out.writeByte(tag);
      switch (tag) {
        case 1 -> out.writeUTF(rename(in.readUTF()));
        case 7, 8, 16, 19, 20 -> out.write(in.readNBytes(2));
        case 15 -> out.write(in.readNBytes(3));
        case 3, 4, 9, 10, 11, 12, 17, 18 -> out.write(in.readNBytes(4));
        case 5, 6 -> {
          out.write(in.readNBytes(8));
          i++; // long and double take two places
        }
        default -> throw new IllegalStateException("unknown constant " + tag);
      }
    }
  }

  /** JVMS 4.3.2: in a descriptor a class stands as L name ; and in a class constant bare. */
  static String rename(String text) {
    String renamed = text;
    for (Map.Entry<String, String> name : NAMES.entrySet()) {
      if (renamed.equals(name.getKey())) {
        return name.getValue();
      }
      renamed = renamed.replace("L" + name.getKey() + ";", "L" + name.getValue() + ";");
    }
    return renamed;
  }
}
