import { describe, expect, test } from '@jest/globals'
import { NotActedOn } from '../../../../local/cloud/template/not-acted-on.ts'

describe('the list of what is not acted on', () => {
  test('names the shortest path that nothing covers', () => {
    const list = new NotActedOn()
    const properties = {
      Name: 'x',
      Logging: { Level: 'ALL', Group: 'g' },
      Replicas: [{ Region: 'r', Backup: { On: true } }],
      Tracing: { Mode: 'Active' },
    }
    list.addProperties('Stack/Thing', 'AWS::Thing', properties, [
      'Name',
      'Logging.Group',
      'Replicas.*.Region',
    ])
    expect(list.lines()).toEqual([
      'AWS::Thing Logging.Level (Stack/Thing)',
      'AWS::Thing Replicas.*.Backup (Stack/Thing)',
      'AWS::Thing Tracing (Stack/Thing)',
    ])
  })

  test('groups resources, shortens long groups and counts tags as one', () => {
    const list = new NotActedOn()
    for (let number = 1; number <= 8; number++) list.add('AWS::Alarm', `Stack/Alarm${number}`)
    list.addProperties('Stack/Table', 'AWS::Table', { Tags: [] }, [])
    list.addProperties('Stack/Key', 'AWS::Key', { Tags: [] }, [])
    list.addProperties('Stack/Key', 'AWS::Key', { Tags: [] }, [])
    expect(list.lines()).toEqual([
      'AWS::Alarm (Stack/Alarm1, Stack/Alarm2, Stack/Alarm3, Stack/Alarm4, Stack/Alarm5 and 3 more)',
      'Tags (Stack/Table, Stack/Key)',
    ])
  })
})
