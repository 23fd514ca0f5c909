alter table keyring add column led_at timestamptz;
-- The servers that are running now do not say so yet. That their keys lead today is the safe guess.
update keyring set led_at = now();
comment on column keyring.led_at is 'When a server or command last said that it makes digests with this key. A digest made much later was made with another.';

alter table api_key add column digested_at timestamptz;
comment on column api_key.digested_at is 'When its digest was last made anew, with a newer secret key; null: when the key was created.';
