-- A sign-in changes its password's row twice, and nothing that an index knows. Where the page has room for that,
-- the indexes are left alone and the room is used again; pages that were filled to the brim by an import have none.
alter table password set (fillfactor = 85);
