-- An access client may wait for its application to fetch the token itself: until then its digest is of a token that
-- nobody has, and activation is the digest of the code that is traded for one. expires_at is that of the code; a client that
-- was activated does not age. Versions before see a key whose token nobody presents.
alter table api_key
    add column activation bytea check (octet_length(activation) = 32);
comment on column api_key.activation is 'The keyed digest of a code that is traded for the token of this access client, once; null when there is none to trade.';
