-- Secret keys that were dropped, which retention asks for: what they signed is proven by nothing any more.
create index audit_event_key_drop on audit_event (tenant_id, event_id) where action = 'secret-key.dropped';
