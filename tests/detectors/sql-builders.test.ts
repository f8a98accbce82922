// Migrations written in a programming language, and change logs: the same operations as in SQL.

import {describe, expect, test} from 'vitest';
import {detector} from '../../src/detectors/sql-migrations.ts';
import {changeOf, patch} from '../kit/features.ts';

async function look(path: string, text: string): Promise<string[]> {
	const one = patch(path, text);
	const found = await detector.detect(changeOf(one), [{...one, after: text}], undefined);
	return found
		.filter(({rule}) => rule !== 'lock-timeout-missing')
		.map(({rule, line, what}) => `${rule} ${line}: ${what}`);
}

describe('knex', () => {
	test('tables, columns and their chains; the way down is left out', async () => {
		const found = await look(
			'migrations/20260101000000_x.ts',
			`import type {Knex} from 'knex';
export async function up(knex: Knex): Promise<void> {
	await knex.schema.alterTable('users', (t) => {
		t.dropColumn('email');
		t.string('name').notNullable();
		t.integer('age').notNullable().defaultTo(0);
		t.renameColumn('a', 'b');
		t.string('kind', 10).alter();
		t.unique(['phone']);
	});
	await knex.schema.createTable('notes', (t) => { t.increments('id'); t.text('body').notNullable(); }).dropTable('old');
	await knex('users').update({active: true});
	await knex('users').where('id', 1).del();
	await knex.raw('ALTER TABLE users DROP COLUMN ??', ['x']);
}
export async function down(knex: Knex): Promise<void> {
	await knex.schema.dropTable('notes');
}`,
		);
		expect(found).toEqual(
			expect.arrayContaining([
				'drop-column 4: drops column email of users',
				'not-null-without-default 5: adds column name of users NOT NULL without a default',
				'add-column 6: adds column age of users',
				'rename-column 7: renames a of users to b',
				'change-type 8: changes the type of kind of users to string',
				'add-unique 9: adds a unique constraint to users: doubles stop it',
				'create-table 11: creates table notes',
				'drop-table 11: drops table old',
				'update-without-where 12: updates every row of users',
				'data-change 13: deletes rows of users',
			]),
		);
		expect(found.join('\n')).not.toContain('drops table notes');
		expect(found.join('\n')).toContain('drop-column 14');
	});
});

describe('Sequelize, db-migrate and TypeORM', () => {
	test('queryInterface', async () => {
		const text = `module.exports = {
	async up(queryInterface, Sequelize) {
		await queryInterface.addColumn('orders', 'kind', {type: Sequelize.STRING, allowNull: false});
		await queryInterface.removeColumn('orders', 'note');
		await queryInterface.changeColumn('orders', 'total', {type: Sequelize.INTEGER});
		await queryInterface.addIndex('orders', ['code'], {unique: true});
		await queryInterface.bulkDelete('orders', null, {});
		await queryInterface.sequelize.query('DROP TABLE carts');
	},
	async down(queryInterface) { await queryInterface.dropTable('x'); },
};`;
		expect(await look('migrations/1-x.js', text)).toEqual(
			expect.arrayContaining([
				'not-null-without-default 3: adds column kind of orders NOT NULL without a default',
				'drop-column 4: drops column note of orders',
				'change-type 5: changes the type of total of orders to integer',
				expect.stringContaining('unique-index 6'),
				'delete-without-where 7: deletes every row of orders',
				'drop-table 8: drops table carts',
			]),
		);
	});

	test('db-migrate', async () => {
		const text = `exports.up = (db, cb) => db.removeColumn('orders', 'note', cb);
exports.down = (db, cb) => db.dropTable('orders', cb);`;
		expect(await look('migrations/20260101-x.js', text)).toEqual(['drop-column 1: drops column note of orders']);
	});

	test('TypeORM', async () => {
		const text = `import {MigrationInterface, QueryRunner, TableColumn} from 'typeorm';
export class X1 implements MigrationInterface {
	public async up(queryRunner: QueryRunner): Promise<void> {
		await queryRunner.addColumn('orders', new TableColumn({name: 'kind', type: 'varchar'}));
		await queryRunner.query(\`ALTER TABLE "orders" DROP COLUMN "note"\`);
		await queryRunner.query('CREATE INDEX CONCURRENTLY "i" ON "orders" ("kind")');
	}
	public async down(queryRunner: QueryRunner): Promise<void> {
		await queryRunner.query('DROP TABLE "orders"');
	}
}`;
		expect(await look('src/migrations/1-X.ts', text)).toEqual([
			'not-null-without-default 4: adds column kind of orders NOT NULL without a default',
			'drop-column 5: drops column note of orders',
			'concurrently-in-transaction 6: works CONCURRENTLY on orders inside a transaction',
			'create-index 6: creates index i',
		]);
	});
});

test('Rails', async () => {
	const text = `class X < ActiveRecord::Migration[8.0]
  disable_ddl_transaction!

  def up
    add_index :orders, :kind, algorithm: :concurrently
    add_column :orders, :kind, :string, null: false
    add_reference :orders, :user, foreign_key: true, index: {algorithm: :concurrently}
    change_table :orders do |t|
      t.remove :note
      t.rename :a, :b
    end
    create_table :carts, force: true do |t|
      t.string :name, null: false
    end
    execute <<~SQL
      UPDATE orders
      SET kind = 'x';
    SQL
    Order.where(kind: nil).update_all(kind: 'y')
    change_column_null :orders, :kind, false
  end

  def down
    drop_table :orders
  end
end`;
	const found = await look('db/migrate/20260101000000_x.rb', text);
	expect(found).toEqual(
		expect.arrayContaining([
			expect.stringContaining('create-index 5'),
			'not-null-without-default 6: adds column kind of orders NOT NULL without a default',
			expect.stringContaining('foreign-key-validated 7'),
			'drop-column 9: drops column note of orders',
			'rename-column 10: renames a of orders to b',
			'recreate-table 12: drops table carts and makes it anew, empty',
			'data-change 19: updates rows of Order',
		]),
	);
	expect(found.join('\n')).toMatch(/(update-without-where|fill-new-column) 16/);
	expect(found.join('\n')).not.toMatch(/drops table orders|concurrently-in-transaction/);
});

test('Django', async () => {
	const text = `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [('shop', '0001_initial')]
    operations = [
        migrations.RemoveField(model_name='order', name='note'),
        migrations.AddField(model_name='order', name='kind', field=models.CharField(max_length=9)),
        migrations.AddField(model_name='order', name='size', field=models.CharField(max_length=9, null=True)),
        migrations.RenameField(model_name='order', old_name='a', new_name='b'),
        migrations.RenameModel(old_name='Cart', new_name='Basket'),
        migrations.DeleteModel(name='Old'),
        migrations.RunSQL('DELETE FROM shop_order', 'DROP TABLE shop_order'),
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Kept')]),
    ]
`;
	const found = await look('shop/migrations/0002_x.py', text);
	expect(found).toEqual(
		expect.arrayContaining([
			'drop-column 6: drops column note of order',
			'not-null-without-default 7: adds column kind of order NOT NULL without a default',
			'add-column 8: adds column size of order',
			'rename-column 9: renames a of order to b',
			'rename-table 10: renames table Cart to Basket',
			'drop-table 11: drops table Old',
			'delete-without-where 12: deletes every row of shop_order',
		]),
	);
	expect(found.join('\n')).not.toMatch(/Kept|drops table shop_order/);
});

test('Alembic', async () => {
	const text = `"""x"""
from alembic import op
import sqlalchemy as sa

revision = 'abc123'
down_revision = 'def456'

def upgrade():
    op.add_column('orders', sa.Column('kind', sa.String(9), nullable=False))
    op.alter_column('orders', 'total', type_=sa.Integer(), existing_type=sa.BigInteger())
    op.alter_column('orders', 'name', new_column_name='title')
    op.create_unique_constraint('u', 'orders', ['title'])
    with op.batch_alter_table('carts') as batch_op:
        batch_op.drop_column('note')
    op.execute("UPDATE orders SET kind = 'x' "
               "WHERE kind IS NULL")

def downgrade():
    op.drop_table('orders')
`;
	const found = await look('alembic/versions/abc123_x.py', text);
	expect(found).toEqual(
		expect.arrayContaining([
			'not-null-without-default 9: adds column kind of orders NOT NULL without a default',
			'change-type 10: changes the type of total of orders to integer',
			'rename-column 11: renames name of orders to title',
			expect.stringContaining('add-unique 12'),
			'drop-column 14: drops column note of carts',
			'data-change 15: updates rows of orders',
		]),
	);
	expect(found.join('\n')).not.toContain('drops table orders');
});

test('Laravel', async () => {
	const text = `<?php
return new class extends Migration {
    public function up(): void
    {
        Schema::table('orders', function (Blueprint $table) {
            $table->dropColumn(['note', 'extra']);
            $table->string('kind');
            $table->string('size')->nullable();
            $table->string('name', 5)->change();
            $table->renameColumn('a', 'b');
        });
        Schema::dropIfExists('carts');
        DB::table('orders')->where('id', 1)->delete();
        DB::statement('ALTER TABLE orders DROP COLUMN x');
    }

    public function down(): void
    {
        Schema::drop('orders');
    }
};`;
	const found = await look('database/migrations/2026_01_01_000000_x.php', text);
	expect(found).toEqual(
		expect.arrayContaining([
			'drop-column 6: drops column note of orders',
			'drop-column 6: drops column extra of orders',
			'not-null-without-default 7: adds column kind of orders NOT NULL without a default',
			'add-column 8: adds column size of orders',
			'change-type 9: changes the type of name of orders to string',
			'rename-column 10: renames a of orders to b',
			'drop-table 12: drops table carts',
			'data-change 13: deletes rows of orders',
			'drop-column 14: drops column x of orders',
		]),
	);
	expect(found.join('\n')).not.toContain('drops table orders');
});

test('Entity Framework', async () => {
	const text = `public partial class X : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropColumn(
            name: "Note",
            table: "Orders");
        migrationBuilder.AddColumn<string>(name: "Kind", table: "Orders", type: "text", nullable: false);
        migrationBuilder.AlterColumn<int>(name: "Total", table: "Orders", type: "integer", nullable: false, oldClrType: typeof(long), oldType: "bigint");
        migrationBuilder.RenameColumn(name: "A", table: "Orders", newName: "B");
        migrationBuilder.Sql(@"DELETE FROM ""Carts""");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable(name: "Orders");
    }
}`;
	const found = await look('Migrations/20260101000000_X.cs', text);
	expect(found).toEqual(
		expect.arrayContaining([
			'drop-column 5: drops column Note of Orders',
			'not-null-without-default 8: adds column Kind of Orders NOT NULL without a default',
			'change-type 9: changes the type of Total of Orders to integer',
			'rename-column 10: renames A of Orders to B',
			'delete-without-where 11: deletes every row of Carts',
		]),
	);
	expect(found.join('\n')).not.toContain('drops table Orders');
});

test('Go with its SQL in texts', async () => {
	const text =
		'package db\n\nfunc init() {\n\tgoose.AddMigration(up, down)\n}\n\nfunc up(tx *sql.Tx) error {\n\t_, err := tx.Exec(`\n\t\tALTER TABLE orders\n\t\t\tDROP COLUMN note`)\n\treturn err\n}\n\nfunc down(tx *sql.Tx) error {\n\t_, err := tx.Exec("DROP TABLE orders")\n\treturn err\n}\n';
	expect(await look('migrations/0007_x.go', text)).toEqual(['drop-column 10: drops column note of orders']);
});

describe('Liquibase', () => {
	test('XML', async () => {
		const text = `<databaseChangeLog>
  <changeSet id="1" author="ada">
    <dropColumn tableName="orders" columnName="note"/>
    <addColumn tableName="orders">
      <column name="kind" type="varchar(9)"><constraints nullable="false"/></column>
    </addColumn>
    <sql>DELETE FROM carts</sql>
    <rollback><dropTable tableName="orders"/></rollback>
  </changeSet>
</databaseChangeLog>`;
		expect(await look('db/changelog/db.changelog-1.xml', text)).toEqual([
			'drop-column 3: drops column note of orders',
			'not-null-without-default 4: adds column kind of orders NOT NULL without a default',
			'delete-without-where 7: deletes every row of carts',
		]);
	});
	test('YAML', async () => {
		const text = `databaseChangeLog:
  - changeSet:
      id: 1
      changes:
        - renameTable:
            oldTableName: orders
            newTableName: sales
        - sql:
            sql: TRUNCATE carts
      rollback:
        - dropTable:
            tableName: sales
`;
		expect(await look('db/changelog/1.yaml', text)).toEqual([
			'rename-table 5: renames table orders to sales',
			'truncate 8: empties table carts',
		]);
	});
});

test('Kysely', async () => {
	const text = `import type {Kysely} from 'kysely';
export async function up(db: Kysely<unknown>): Promise<void> {
	await db.schema
		.alterTable('orders')
		.dropColumn('note')
		.addColumn('kind', 'text', (c) => c.notNull())
		.execute();
	await db.schema.dropTable('carts').execute();
}`;
	expect(await look('migrations/1_x.ts', text)).toEqual([
		'drop-column 5: drops column note of orders',
		'not-null-without-default 6: adds column kind of orders NOT NULL without a default',
		'drop-table 8: drops table carts',
		'no-way-back 5: has no way down',
	]);
});

test('Ecto', async () => {
	const text = `defmodule X do
  use Ecto.Migration

  def up do
    alter table(:orders) do
      remove :note, :string
      add :kind, :string, null: false
    end
    drop table(:carts)
    create unique_index(:orders, [:code])
    rename table(:orders), :a, to: :b
    execute "DELETE FROM notes"
  end

  def down do
    drop table(:orders)
  end
end
`;
	const found = await look('priv/repo/migrations/20260101000000_x.exs', text);
	expect(found).toEqual(
		expect.arrayContaining([
			'drop-column 6: drops column note of orders',
			'not-null-without-default 7: adds column kind of orders NOT NULL without a default',
			'drop-table 9: drops table carts',
			expect.stringContaining('unique-index 10'),
			'rename-column 11: renames a of orders to b',
			'delete-without-where 12: deletes every row of notes',
		]),
	);
	expect(found.join('\n')).not.toContain('drops table orders');
});

test('Java and Kotlin', async () => {
	const java = `public class V8__x extends BaseJavaMigration {
  public void migrate(Context context) throws Exception {
    statement.execute("ALTER TABLE orders " + "DROP COLUMN note");
    statement.execute("""
      TRUNCATE carts
      """);
  }
}`.replaceAll('\\"', '"');
	expect(await look('src/main/java/db/migration/V8__x.java', java)).toEqual([
		'drop-column 3: drops column note of orders',
		expect.stringMatching(/^truncate [45]: empties table carts$/),
	]);
});
