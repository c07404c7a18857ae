package io.weft.overlay.registry;

import io.weft.overlay.registry.CommandResult.Done;
import io.weft.overlay.registry.CommandResult.HostAnswer;
import io.weft.overlay.registry.CommandResult.Refused;
import io.weft.overlay.registry.CommandResult.TokenAnswer;
import io.weft.overlay.registry.RegistryCommand.CreateToken;
import io.weft.overlay.registry.RegistryCommand.RevokeToken;
import io.weft.overlay.registry.RegistryCommand.UseToken;
import io.weft.security.identity.NodeId;
import java.security.MessageDigest;
import java.util.SortedSet;
import java.util.TreeSet;

/** The rules for join tokens. */
final class TokenRules {
  private TokenRules() {}

  static CommandResult create(RegistryData data, CreateToken c) {
    Refused bad = Refusals.tokenId(c.id());
    bad = bad != null ? bad : Refusals.blob("the secret's hash", c.secretHash());
    if (bad != null) {
      return bad;
    }
    if (c.uses() < 1 || c.uses() > RegistryLimits.MAX_TOKEN_USES) {
      return Refusals.invalid(
          "a token allows 1 to %d joins, not %d"
              .formatted(RegistryLimits.MAX_TOKEN_USES, c.uses()));
    }
    if (c.expiresAtMillis() <= data.timeMillis) {
      return Refusals.invalid("a token cannot expire in the past");
    }
    if (data.tokens.containsKey(c.id())) {
      return new Refused(RefusalCode.EXISTS, "a token %s is there already".formatted(c.id()));
    }
    if (data.tokens.size() >= RegistryLimits.MAX_TOKENS) {
      // Only when room is needed: until then an expired token is still answered as expired.
      data.tokens.values().removeIf(t -> t.expiresAtMillis() <= data.timeMillis);
    }
    if (data.tokens.size() >= RegistryLimits.MAX_TOKENS) {
      return new Refused(
          RefusalCode.LIMIT,
          "%d tokens are valid already; wait until some expire".formatted(data.tokens.size()));
    }
    Token token =
        new Token(c.id(), c.secretHash(), c.expiresAtMillis(), c.uses(), new TreeSet<>(), false);
    data.tokens.put(token.id(), token);
    return new Done(new TokenAnswer(token));
  }

  static CommandResult use(RegistryData data, UseToken c) {
    Token token = data.tokens.get(c.id());
    // One answer for an unknown id and a wrong secret, so that ids cannot be tried out.
    if (token == null
        || !MessageDigest.isEqual(token.secretHash().toByteArray(), c.secretHash().toByteArray())) {
      return new Refused(
          RefusalCode.UNKNOWN,
          "this cluster knows no such token; make one with 'weft token create' on a member");
    }
    if (token.revoked()) {
      return new Refused(
          RefusalCode.TOKEN_REVOKED,
          "the token was revoked; make another with 'weft token create' on a member");
    }
    if (token.expiresAtMillis() <= data.timeMillis) {
      return new Refused(
          RefusalCode.TOKEN_EXPIRED,
          "the token has expired; make another with 'weft token create' on a member");
    }
    Refused bad = HostRules.mayRegister(data, c.host(), c.hostName());
    if (bad != null) {
      return bad;
    }
    if (!token.usedBy().contains(c.host())) {
      if (token.usesLeft() == 0) {
        return new Refused(
            RefusalCode.TOKEN_USED_UP,
            "this token is used up; make another with 'weft token create' on a member, one for"
                + " several hosts with --uses N");
      }
      SortedSet<NodeId> usedBy = new TreeSet<>(token.usedBy());
      usedBy.add(c.host());
      data.tokens.put(
          token.id(),
          new Token(
              token.id(),
              token.secretHash(),
              token.expiresAtMillis(),
              token.usesAllowed(),
              usedBy,
              false));
    }
    return new Done(new HostAnswer(HostRules.put(data, c.host(), c.hostName(), HostState.ACTIVE)));
  }

  static CommandResult revoke(RegistryData data, RevokeToken c) {
    Token token = data.tokens.get(c.id());
    if (token == null) {
      return new Refused(RefusalCode.UNKNOWN, "there is no token %s".formatted(c.id()));
    }
    Token revoked =
        new Token(
            token.id(),
            token.secretHash(),
            token.expiresAtMillis(),
            token.usesAllowed(),
            token.usedBy(),
            true);
    data.tokens.put(token.id(), revoked);
    return new Done(new TokenAnswer(revoked));
  }
}
