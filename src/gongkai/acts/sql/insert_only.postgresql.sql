CREATE OR REPLACE FUNCTION gongkai_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%: rows are never changed or deleted', TG_TABLE_NAME; END $$
--;;
DROP TRIGGER IF EXISTS guard_{table}_update ON {table}
--;;
DROP TRIGGER IF EXISTS guard_{table}_delete ON {table}
--;;
CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION gongkai_refuse()
--;;
CREATE TRIGGER guard_{table}_delete BEFORE DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION gongkai_refuse()
