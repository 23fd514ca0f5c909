-- A link holds the token and nothing beside it: what it belongs to is found by the digest alone.
create index recovery_token_presented on recovery_token (digest);
